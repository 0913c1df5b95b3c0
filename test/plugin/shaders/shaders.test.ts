import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CROWD_UNIFORMS, IMPOSTOR_UNIFORMS, MARCH_UNIFORMS } from '../../../plugin/src/shaders/uniforms.ts';
import { ROOT } from '../../shared.ts';

const FOLDER = join(ROOT, 'plugin/src/shaders');
const names = (language: string) =>
  readdirSync(join(FOLDER, language)).map((file) => file.replace(new RegExp(`\\.${language}$`), ''));
const read = (language: string, name: string) =>
  readFileSync(join(FOLDER, language, `${name}.${language}`), 'utf8');

/** GLSL's name for what WGSL declares. */
const GLSL_TYPES: Record<string, string> = {
  'mat4x4<f32>': 'mat4',
  'vec2<f32>': 'vec2',
  'vec3<f32>': 'vec3',
  'vec4<f32>': 'vec4',
  'array<vec4<f32>, 3>': 'vec4[3]',
  f32: 'float',
  'texture_2d<f32>': 'sampler2D',
  'texture_2d_array<f32>': 'sampler2DArray',
};

/** Name → type of all uniforms, attributes or varyings in a shader, in GLSL's words. */
function declared(
  language: string,
  text: string,
  kind: 'uniform' | 'attribute' | 'varying',
): Map<string, string> {
  if (language === 'glsl')
    return new Map(
      [...text.matchAll(new RegExp(`^${kind} (\\w+) (\\w+)(\\[\\d\\])?;`, 'gm'))].map(
        ([, type, name, count = '']) => [name!, `${type}${count}`],
      ),
    );
  const keyword = kind === 'uniform' ? '(?:uniform|var)' : kind;
  const declarations = [...text.matchAll(new RegExp(`^${keyword} (\\w+)\\s*: ([^;]+);`, 'gm'))];
  // GLSL's textures bring their samplers with them.
  const found = declarations.filter(([, , type]) => type !== 'sampler');
  return new Map(found.map(([, name, type]) => [name!, GLSL_TYPES[type!] ?? `unknown ${type}`]));
}

test('both languages have the same files', () => {
  expect(names('glsl').length).toBeGreaterThan(0);
  expect(names('wgsl')).toEqual(names('glsl'));
});

describe.each(names('glsl'))('%s', (name) => {
  const header = (text: string) => text.split('\n').filter((line) => line.startsWith('//'));

  test.each(['glsl', 'wgsl'])(
    '%s says what it reads, writes and computes, and reads what it says',
    (language) => {
      const text = read(language, name);
      const top = text.slice(0, text.search(/^(?!\/\/)/m));
      for (const part of ['Reads:', 'Writes:', 'Equation:'])
        expect(top).toMatch(new RegExp(`^// ${part}`, 'm'));
      const reads = /Reads:([\s\S]*?)Writes:/.exec(top)?.[1] ?? '';
      for (const uniform of declared(language, text, 'uniform').keys())
        expect(reads).toMatch(new RegExp(`\\b${uniform}\\b`));
    },
  );

  test('both languages have the same header and declare the same things', () => {
    const [glsl, wgsl] = [read('glsl', name), read('wgsl', name)];
    expect(header(wgsl)).toEqual(header(glsl));
    for (const kind of ['uniform', 'attribute', 'varying'] as const)
      expect(Object.fromEntries(declared('wgsl', wgsl, kind))).toEqual(
        Object.fromEntries(declared('glsl', glsl, kind)),
      );
  });
});

test.each([
  ['impostor', IMPOSTOR_UNIFORMS],
  ['march', MARCH_UNIFORMS],
  ['crowd', CROWD_UNIFORMS],
])('the %s shaders declare exactly the uniforms of the table', (name, uniforms) => {
  for (const language of ['glsl', 'wgsl']) {
    const vertex = declared(language, read(language, `${name}.vertex`), 'uniform');
    const fragment = declared(language, read(language, `${name}.fragment`), 'uniform');
    expect(Object.fromEntries([...vertex, ...fragment])).toEqual(uniforms);
  }
});
