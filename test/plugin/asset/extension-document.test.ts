import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  cameraDirection,
  EXTENSION_NAME,
  EXTENSION_SCHEMA,
  radians,
  validateExtension,
  viewAngles,
} from '@turnaround/plugin/asset';
import Ajv2020 from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../shared.ts';

/** The extension's specification and its JSON schema say the same. */

const path = join(ROOT, 'plugin/TURNAROUND_impostor.md');
const text = readFileSync(path, 'utf8');

interface ObjectSchema {
  readonly type: string;
  readonly required: readonly string[];
  readonly properties: Record<string, { readonly type?: string; readonly $ref?: string }>;
}
const root = EXTENSION_SCHEMA as unknown as ObjectSchema & { $defs: Record<string, ObjectSchema> };
const objects: [string, ObjectSchema][] = [[EXTENSION_NAME, root], ...Object.entries(root.$defs)];

/** Rows of the table below a heading: property, type and whether it is required. */
function tableOf(name: string): { property: string; type: string; required: string }[] {
  const section = text.split(`### ${name} Properties\n`)[1]?.split(/^#/m)[0] ?? '';
  return [...section.matchAll(/^\| `(\w+)` *\| ([^|]+?) *\|.*\| (\w+) *\|$/gm)].map(
    ([, property, type, required]) => ({
      property: property!,
      type: type!.replaceAll('`', ''),
      required: required!,
    }),
  );
}

describe.each(objects)('%s', (name, { properties, required }) => {
  it('has a table with just the properties of the schema, required where it says so', () => {
    expect(tableOf(name).map(({ property, required: said }) => [property, said])).toEqual(
      Object.keys(properties).map((property) => [property, required.includes(property) ? 'Yes' : 'No']),
    );
  });

  it('gives them the types of the schema', () => {
    for (const { property, type } of tableOf(name)) {
      const { type: kind, $ref } = properties[property]!;
      if ($ref) expect(type, property).toBe($ref.split('/').at(-1));
      else if (kind === 'array') expect(type, property).toMatch(/\[.+\]$/);
      else if (kind) expect(type, property).toBe(kind);
    }
  });
});

it('no other table is there', () => {
  const named = [...text.matchAll(/^### (\w+) Properties$/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(objects.map(([name]) => name).toSorted());
});

it('shows an example that keeps the contract', () => {
  const blocks = [...text.matchAll(/```json\n([\s\S]+?)```/g)].map(([, block]) => JSON.parse(block!));
  expect(blocks).toHaveLength(1);
  const [{ extensionsUsed, nodes }] = blocks;
  expect(extensionsUsed).toContain(EXTENSION_NAME);
  const example = nodes[0].extensions[EXTENSION_NAME];
  const validate = new Ajv2020({ strict: true }).compile(EXTENSION_SCHEMA);
  expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
  expect(validateExtension(example)).toBe(example);
  expect(example.depth).toBeDefined();
});

it('states the camera as the code has it', () => {
  expect(text).toContain('d = (-sin(yaw) cos(pitch), sin(pitch), cos(yaw) cos(pitch))');
  const { sin, cos } = Math;
  const [yaw, pitch] = [radians(35), radians(-20)];
  const d = [-sin(yaw) * cos(pitch), sin(pitch), cos(yaw) * cos(pitch)] as const;
  for (const [k, value] of cameraDirection(yaw, pitch).entries()) expect(d[k]).toBeCloseTo(value, 12);
  expect(viewAngles(d).yaw).toBeCloseTo(yaw, 12);
});

it('links to what is there, and the README links to it', () => {
  for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g))
    expect(existsSync(join(dirname(path), target!)), target).toBe(true);
  expect(readFileSync(join(ROOT, 'plugin/README.md'), 'utf8')).toContain('(TURNAROUND_impostor.md)');
});
