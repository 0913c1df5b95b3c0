import {
  type AssetError,
  BACKGROUND_CODE,
  depthOfCode,
  type ImpostorExtension,
  validateExtension,
} from '@turnaround/plugin/asset';
import { expect, test } from 'vitest';
import { exampleWithDepth } from './document.ts';

test('codes count from near to far, and the last one is background', () => {
  const range = { near: 0.9, far: 1.1 };
  expect(depthOfCode(0, range)).toBe(0.9);
  expect(depthOfCode(BACKGROUND_CODE - 1, range)).toBeCloseTo(1.1, 5);
  expect(depthOfCode(256 * 128, range)).toBeCloseTo(1, 5);
  expect(depthOfCode(BACKGROUND_CODE, range)).toBe(Number.POSITIVE_INFINITY);
});

test('an extension may have depth, or focal lengths without', () => {
  const document = exampleWithDepth();
  expect(validateExtension(document)).toBe(document);
  const { depth: _, ...rest } = exampleWithDepth();
  expect(validateExtension(rest)).toBe(rest);
});

const { depth, views, ...rest } = exampleWithDepth();
const { texture: _, ...untextured } = depth!;
const refused: [string, string, unknown][] = [
  ['schema', 'depth.encoding "rg16", got "r8"', { ...rest, views, depth: { ...depth, encoding: 'r8' } }],
  ['schema', 'depth.texture a value, got nothing', { ...rest, views, depth: untextured }],
  ['schema', 'depth.near more than 0, got 0', { ...rest, views, depth: { ...depth, near: 0 } }],
  ['layout', 'depth.far more than near, 0.9, got 0.9', { ...rest, views, depth: { ...depth, far: 0.9 } }],
  [
    'layout',
    'views[1].focal a value where there is depth, got nothing',
    { ...rest, depth, views: views.map(({ focal, ...view }, k) => (k === 1 ? view : { ...view, focal })) },
  ],
];

test.each(refused)('refused (%s): %s', (code, message, document) => {
  const read = (): ImpostorExtension => validateExtension(document);
  expect(read).toThrow(`asset: expected TURNAROUND_impostor.${message}`);
  try {
    read();
  } catch (error) {
    expect((error as AssetError).code).toBe(code);
  }
});
