import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  abs,
  clip,
  Graph,
  mul,
  reduceMax,
  reduceMin,
  serialize,
  sub,
} from '../../../generator/src/graph/index.ts';
import { readCharacter } from '../../../generator/src/impostor/index.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { golden } from '../../shared.ts';
import { MODEL, turnaround } from './run.ts';

/** Matting models and backdrops, from the command line. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-matte-'));
const colourful = join(folder, 'colourful.onnx');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A matting model that takes what is colourful. ImageNet's normalisation spreads a grey's channels by about 0.4. */
beforeAll(() => {
  const graph = new Graph('colourful');
  const x = graph.input('input', 'float32', ['N', 3, 128, 128]);
  const spread = abs(sub(reduceMax(x, [1]), reduceMin(x, [1])));
  graph.output('alpha', clip(mul(sub(spread, 0.5), 4), 0, 1));
  writeFileSync(colourful, serialize(graph));
});

describe('--matte', () => {
  it('takes the alpha of the given model, and says so in the manifest', async () => {
    const args = ['generate', '--model', MODEL, '--seeds', '2', '--views', '2', '--device', 'cpu'];
    const flat = join(folder, 'flat');
    const model = join(folder, 'model');
    expect((await turnaround([...args, '--out', flat])).code).toBe(0);
    const result = await turnaround([...args, '--out', model, '--matte', colourful]);
    expect(result.code, result.stderr).toBe(0);
    const [row] = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8')).characters;
    expect(row.options.matte).toBe('colourful.onnx');
    const [byFlat, byModel] = await Promise.all(
      [flat, model].map(async (out) => coverage(join(out, '2.glb'))),
    );
    // Eyes, dark hair and grey clothes are not colourful: the model's matte holds less than the silhouette.
    expect(byModel).toBeGreaterThan(0.05);
    expect(byModel).toBeLessThan(0.8 * byFlat!);
  });

  it('is asked for where the backdrop is not flat, and mends that', async () => {
    const noisy = join(folder, 'noisy');
    const checkpoint = golden('checkpoint', 'nvidia-16.pkl');
    await turnaround([
      'import',
      checkpoint,
      '--out',
      noisy,
      '--samples',
      '2000',
      '--direction',
      'pca:0:0-4',
      '--device',
      'cpu',
    ]);
    const args = [
      'generate',
      '--model',
      noisy,
      '--seeds',
      '0',
      '--views',
      '2',
      '--device',
      'cpu',
      '--out',
      join(folder, 'n'),
    ];
    const refused = await turnaround(args);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/backdrop of one colour.*--matte MODEL\.onnx/);
    const result = await turnaround([...args, '--matte', colourful]);
    expect(result.code, result.stderr).toBe(0);
  });
});

/** Mean alpha of a character's atlas. */
async function coverage(path: string): Promise<number> {
  const { atlas } = await readCharacter(new Uint8Array(readFileSync(path)));
  const { data } = await createImageCodec().decode(atlas.bytes);
  let sum = 0;
  for (let o = 3; o < data.length; o += 4) sum += data[o]!;
  return sum / (255 * (data.length / 4));
}
