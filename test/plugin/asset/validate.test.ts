import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetError, EXTENSION_SCHEMA, FORMAT_VERSION, validateExtension } from '@turnaround/plugin/asset';
import Ajv2020 from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findMismatch, type JsonSchema } from '../../../plugin/src/asset/json-schema.ts';
import { ROOT } from '../../shared.ts';
import { exampleExtension, exampleWithDepth } from './document.ts';

type Json = Record<string, unknown>;
const clone = (): Json => structuredClone(exampleWithDepth()) as unknown as Json;
const ajv = new Ajv2020({ strict: true });
const compiled = ajv.compile(EXTENSION_SCHEMA);

/** Every object and array in a document. */
function containers(value: unknown): (Json | unknown[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value as Json, ...Object.values(value).flatMap(containers)];
}

function refusal(change: (document: Json) => void): AssetError {
  const document = clone();
  change(document);
  try {
    validateExtension(document);
  } catch (error) {
    if (error instanceof AssetError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('the schema', () => {
  test('is the file, names this version, and documents each field', () => {
    const file = readFileSync(join(ROOT, 'plugin/src/asset/TURNAROUND_impostor.schema.json'), 'utf8');
    expect(EXTENSION_SCHEMA).toEqual(JSON.parse(file));
    expect(EXTENSION_SCHEMA.properties?.formatVersion?.const).toBe(FORMAT_VERSION);
    for (const part of [EXTENSION_SCHEMA, ...Object.values(EXTENSION_SCHEMA.$defs ?? {})])
      for (const [name, property] of Object.entries(part.properties ?? {}))
        if (!['extensions', 'extras'].includes(name))
          expect(property.description ?? property.$ref, name).toBeTruthy();
  });

  test('takes a proper extension, and hands it back', () => {
    const document = exampleExtension();
    expect(validateExtension(document)).toBe(document);
  });
});

describe('agreement with ajv', () => {
  const value = fc.oneof(
    fc.constantFrom(
      null,
      true,
      '',
      'x',
      -1,
      0,
      1,
      1.5,
      4,
      -4,
      1e9,
      [],
      {},
      [1, 2],
      [1, 2, 3, 4],
      [0, -1],
      ['a'],
    ),
    fc.jsonValue() as fc.Arbitrary<unknown>,
  );
  const mutation = fc.record({
    place: fc.nat(),
    key: fc.nat(),
    kind: fc.constantFrom('set', 'delete', 'add', 'push'),
    name: fc.constantFrom('yaw', 'extras', 'extensions', 'depth', 'focal', 'index', 'texCoord', 'toString'),
    value,
  });

  test('on mutated documents', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 0, maxLength: 3 }), (mutations) => {
        const document = clone();
        for (const { place, key, kind, name, ...given } of mutations) {
          const value = structuredClone(given.value);
          const all = containers(document);
          const target = all[place % all.length]!;
          const keys = Object.keys(target);
          const chosen = keys[key % Math.max(1, keys.length)];
          if (kind === 'add' && !Array.isArray(target)) target[name] = value;
          else if (kind === 'push' && Array.isArray(target)) target.push(value);
          else if (chosen === undefined) continue;
          else if (kind === 'delete' && Array.isArray(target)) target.splice(Number(chosen), 1);
          else if (kind === 'delete') delete (target as Json)[chosen];
          else (target as Json)[chosen] = value;
        }
        const found = findMismatch(document, EXTENSION_SCHEMA);
        expect(found === null).toBe(compiled(document));
        if (found) refused++;
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  test('on each keyword by itself', () => {
    const schemas: JsonSchema[] = [
      ...['object', 'array', 'string', 'number', 'integer', 'boolean'].map((type) => ({ type })),
      { const: 'x' },
      { type: 'number', minimum: 1 },
      { type: 'number', maximum: 1 },
      { type: 'number', exclusiveMinimum: 1 },
      { type: 'string', minLength: 2 },
      { type: 'string', pattern: '^[0-9a-f]+$' },
      { type: 'array', minItems: 1, maxItems: 2, items: { type: 'number' } },
      { type: 'object', required: ['a'], properties: { a: { type: 'string' } }, additionalProperties: false },
    ];
    for (const schema of schemas) {
      const peer = ajv.compile(schema);
      fc.assert(
        fc.property(
          fc.oneof(
            value,
            fc.string({ maxLength: 3, unit: 'grapheme' }),
            fc.dictionary(fc.constantFrom('a', 'b'), value),
          ),
          (item) => {
            expect(findMismatch(item, schema) === null, JSON.stringify(schema)).toBe(peer(item));
          },
        ),
        { numRuns: 300 },
      );
    }
  });
});

describe('refusals name the place, what was expected and what stood there', () => {
  const cases: [string, string, (document: Json) => void][] = [
    [
      'version',
      'formatVersion 1, got 2',
      (d) => {
        d.formatVersion = 2;
      },
    ],
    [
      'schema',
      'formatVersion 1, got "1"',
      (d) => {
        d.formatVersion = '1';
      },
    ],
    [
      'schema',
      'frame a value, got nothing',
      (d) => {
        delete d.frame;
      },
    ],
    [
      'schema',
      'shape no such property, got 3',
      (d) => {
        d.shape = 3;
      },
    ],
    [
      'schema',
      'frame[1] more than 0, got 0',
      (d) => {
        d.frame = [1, 0];
      },
    ],
    [
      'schema',
      'pivot[0] a number, got NaN',
      (d) => {
        d.pivot = [Number.NaN, 0, 0];
      },
    ],
    [
      'schema',
      'views at least 1 items, got 0',
      (d) => {
        d.views = [];
      },
    ],
    [
      'schema',
      'views[1].yaw a number, got "0"',
      (d) => {
        (d.views as Json[])[1]!.yaw = '0';
      },
    ],
    [
      'schema',
      'views[1].pitch at most 1.57',
      (d) => {
        (d.views as Json[])[1]!.pitch = 30;
      },
    ],
    [
      'schema',
      'colour.index an integer, got 0.5',
      (d) => {
        d.colour = { index: 0.5 };
      },
    ],
    [
      'schema',
      'provenance.modelHash text like ^[0-9a-f]{64}$, got "abc"',
      (d) => {
        (d.provenance as Json).modelHash = 'abc';
      },
    ],
    [
      'layout',
      'views[2].rectangle within the atlas of 32×16, got [25, 2, 8, 10]',
      (d) => {
        (d.views as Json[])[2]!.rectangle = [25, 2, 8, 10];
      },
    ],
    [
      'layout',
      'views[0].rectangle within the atlas of 32×16, got [0, 7, 8, 10]',
      (d) => {
        (d.views as Json[])[0]!.rectangle = [0, 7, 8, 10];
      },
    ],
    [
      'layout',
      'views[0].rectangle within the atlas of 32×16, got [0, 7, 0, 1]',
      (d) => {
        (d.views as Json[])[0]!.rectangle = [0, 7, 0, 1];
      },
    ],
    [
      'layout',
      'views[2] after pitch 0, yaw 0, got pitch 0, yaw -0.2',
      (d) => {
        (d.views as Json[])[2]!.yaw = -0.2;
      },
    ],
    [
      'layout',
      'views[2] after pitch 0, yaw 0, got pitch 0, yaw 0',
      (d) => {
        (d.views as Json[])[2]!.yaw = 0;
      },
    ],
    [
      'layout',
      'views[2] after pitch 0, yaw 0, got pitch -0.1, yaw 0.5',
      (d) => {
        (d.views as Json[])[2]!.pitch = -0.1;
      },
    ],
  ];
  test.each(cases)('%s: %s', (code, message, change) => {
    const error = refusal(change);
    expect(error.code).toBe(code);
    expect(error.message).toContain(`asset: expected TURNAROUND_impostor.${message}`);
  });

  test.each([
    [null, 'null'],
    [[], 'an array of 0'],
    ['x', '"x"'],
    [undefined, 'undefined'],
  ])('%j is no extension', (value, got) => {
    expect(() => validateExtension(value)).toThrow(
      `asset: expected TURNAROUND_impostor an object, got ${got}`,
    );
  });

  test('a grid of pitch and yaw is in order', () => {
    const document = exampleExtension();
    const rows = [-0.2, 0.2].flatMap((pitch) => document.views.map((view) => ({ ...view, pitch })));
    expect(validateExtension({ ...document, views: rows }).views).toHaveLength(6);
  });
});
