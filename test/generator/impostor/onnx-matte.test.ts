import { describe, expect, it } from 'vitest';
import {
  add,
  clip,
  concat,
  conv,
  div,
  Graph,
  max,
  mul,
  neg,
  reshape,
  serialize,
  slice,
  sub,
  type Value,
} from '../../../generator/src/graph/index.ts';
import type { RgbImage } from '../../../generator/src/impostor/image.ts';
import { createFlatMatte, createOnnxMatte, MatteError } from '../../../generator/src/impostor/matte/index.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { hasShared, sharedReason } from '../../shared.ts';
import {
  BACKDROPS,
  composite,
  drawBust,
  iou,
  plain,
  psnr,
  readBackdrop,
  readSweep,
  subjectOf,
} from './pictures.ts';

const runtime = createRuntime();
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** How much greener than red and blue a pixel is: what the models below tell foliage by. [N,3,H,W] → [N,1,H,W] */
function greenness(x: Value): Value {
  const [r, g, b] = [0, 1, 2].map((c) => slice(x, 1, c, c + 1)) as [Value, Value, Value];
  return sub(g, max(r, b));
}

/** Undoes ImageNet's normalisation, as a wrong one would shift the key. */
function denormalise(graph: Graph, x: Value): Value {
  const constant = (values: readonly number[]): Value =>
    graph.constant(Float32Array.from(values), [1, 3, 1, 1]);
  return add(mul(x, constant(DEVIATION)), constant(MEAN));
}

/** A chroma key of any size, [N,1,H,W]: 1 at greenness .05 and less, 0 from .15 on. */
function keyModel(): Uint8Array {
  const graph = new Graph('key');
  const x = graph.input('pixels', 'float32', ['N', 3, 'H', 'W']);
  const key = greenness(denormalise(graph, x));
  graph.output('matte', clip(div(sub(graph.scalar(0.15), key), 0.1), 0, 1));
  return serialize(graph);
}

/** The same for 64×64 in 0..1, as two channels of logits, backdrop and subject, after a smoothing 3×3 mean. */
function logitModel(): Uint8Array {
  const graph = new Graph('logits');
  const x = graph.input('image', 'float32', [1, 3, 64, 64]);
  const mean = graph.constant(new Float32Array(9).fill(1 / 9), [1, 1, 3, 3]);
  const logit = mul(sub(0.1, conv(greenness(x), mean, null, { pad: 1 })), 40);
  graph.output('logits', concat([neg(logit), logit], 1));
  return serialize(graph);
}

/** [N,H,W], in −1..1. */
function flatShapeModel(): Uint8Array {
  const graph = new Graph('planes');
  const x = graph.input('image', 'float32', [1, 3, 128, 128]);
  const key = greenness(mul(x, 0.5));
  graph.output('alpha', reshape(clip(div(sub(graph.scalar(0.15), key), 0.1), 0, 1), [1, 128, 128]));
  return serialize(graph);
}

/** A photograph's light on foliage. */
function foliage({ width, height, data }: RgbImage): RgbImage {
  const size = width * height;
  const out = new Float32Array(3 * size);
  for (let i = 0; i < size; i++) {
    const light = (data[i]! + data[size + i]! + data[2 * size + i]!) / 6 + 0.5;
    const colour = [0.1 + 0.35 * light, 0.35 + 0.65 * light, 0.05 + 0.2 * light];
    for (let c = 0; c < 3; c++) out[c * size + i] = 2 * colour[c]! - 1;
  }
  return { width, height, data: out };
}

const skin = [0.6, 0.2, 0] as const;
const shirt = [-0.4, -0.5, 0.1] as const;

describe('ONNX matte on drawn busts', () => {
  for (const [name, model, options, least] of [
    ['any size, ImageNet colours, [N,1,H,W]', keyModel(), {}, 0.98],
    ['64×64, 0..1, two channels of logits', logitModel(), { normalisation: '0..1' }, 0.95],
    ['−1..1, [N,H,W]', flatShapeModel(), { normalisation: '-1..1' }, 0.98],
    [
      'a mean and deviation of its own, a side of its own',
      keyModel(),
      { size: 96, normalisation: { mean: MEAN, deviation: DEVIATION } as never },
      0.96,
    ],
  ] as const)
    it(name, async () => {
      const { subject, alpha } = drawBust(128, 128, [skin, shirt]);
      const matte = await createOnnxMatte(runtime, model, options);
      const backdrop = foliage(await readBackdrop('coffee'));
      const [cut] = await matte.cut([composite(subject, alpha, backdrop)]);
      const [cover] = await matte.cover([composite(subject, alpha, backdrop)]);
      expect(cover).toEqual(cut!.alpha);
      expect(cut!.alpha).toHaveLength(128 * 128);
      expect(iou(cut!.alpha, alpha)).toBeGreaterThan(least);
    });

  it('goes wrong with the wrong colours, so the right ones do matter', async () => {
    const { subject, alpha } = drawBust(128, 128, [skin, shirt]);
    const picture = composite(subject, alpha, foliage(await readBackdrop('coffee')));
    const matte = await createOnnxMatte(runtime, keyModel(), { normalisation: '0..1' });
    const [cut] = await matte.cut([picture]);
    expect(iou(cut!.alpha, alpha)).toBeLessThan(0.9);
  });

  it('pads nothing and stretches what is not square', async () => {
    const { subject, alpha } = drawBust(100, 70, [skin, shirt]);
    const matte = await createOnnxMatte(runtime, keyModel(), { name: 'key.onnx' });
    const [cut] = await matte.cut([composite(subject, alpha, plain(100, 70, [-0.5, 0.4, -0.7]))]);
    expect(matte.name).toBe('key.onnx');
    expect([cut!.width, cut!.height]).toEqual([100, 70]);
    expect(iou(cut!.alpha, alpha)).toBeGreaterThan(0.97);
  });
});

describe('ONNX matte, refusals', () => {
  const refusal = async (make: () => Promise<unknown>): Promise<MatteError> => {
    const error = await make().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(MatteError);
    return error as MatteError;
  };

  it('a file that is no ONNX model', async () => {
    const error = await refusal(() => createOnnxMatte(runtime, new TextEncoder().encode('no model at all')));
    expect(error.code).toBe('model-signature');
    expect(error.message).toContain('expected an ONNX model');
  });

  it('two inputs, named', async () => {
    const graph = new Graph('pair');
    graph.output(
      'y',
      add(graph.input('image', 'float32', [1, 3, 8, 8]), graph.input('trimap', 'float32', [1, 3, 8, 8])),
    );
    const error = await refusal(() => createOnnxMatte(runtime, serialize(graph)));
    expect(error.message).toContain('one input, got 2 (image, trimap)');
  });

  it('an input that is no picture', async () => {
    const graph = new Graph('latent');
    graph.output('y', mul(graph.input('z', 'float32', ['N', 256]), 2));
    const error = await refusal(() => createOnnxMatte(runtime, serialize(graph)));
    expect(error.message).toContain('expected input z float32 [N,3,H,W], got element type 1 [?,256]');
  });

  it('an output that is no matte, and one that is not there', async () => {
    const graph = new Graph('same');
    graph.output('y', mul(graph.input('image', 'float32', [1, 3, 8, 8]), 2));
    const model = serialize(graph);
    const matte = await createOnnxMatte(runtime, model);
    const error = await refusal(() => matte.cut([plain(8, 8, [0, 0, 0])]));
    expect(error.code).toBe('model-output');
    expect(error.message).toContain('got float32 [1,3,8,8]');
    const missing = await refusal(() => createOnnxMatte(runtime, model, { output: 'alpha' }));
    expect(missing.message).toContain('an output named alpha, got y');
  });

  it('a size that the model does not take', async () => {
    const matte = await createOnnxMatte(runtime, logitModel(), { size: 32 });
    const error = await refusal(() => matte.cut([plain(64, 64, [0, 0, 0])]));
    expect(error.message).toContain('the model refused [1,3,32,32]');
  });
});

describe.skipIf(!hasShared)(`portraits before photographs${sharedReason}`, () => {
  it('are refused by the flat matte and cut by the model, without the backdrop in their edges', async () => {
    const matte = await createOnnxMatte(runtime, keyModel());
    const flat = createFlatMatte();
    for (const [k, name] of BACKDROPS.entries()) {
      const { images, truth } = await readSweep([0, 5, 14][k]!, [4, 24, 44]);
      const backdrop = foliage(await readBackdrop(name));
      const pictures = images.map((image, view) =>
        composite(subjectOf(image, truth[view]!), truth[view]!, backdrop),
      );
      await expect(flat.cut(pictures)).rejects.toMatchObject({ code: 'backdrop-not-flat' });
      for (const [view, cut] of (await matte.cut(pictures)).entries()) {
        const alpha = truth[view]!;
        expect(iou(cut.alpha, alpha), name).toBeGreaterThanOrEqual(0.95);
        const red = plain(128, 128, [1, -1, -1]);
        const edge = (i: number): boolean => alpha[i]! > 0.05 && alpha[i]! < 0.95;
        const ideal = composite(subjectOf(images[view]!, alpha), alpha, red);
        expect(psnr(composite(cut.colour, alpha, red), ideal, edge)).toBeGreaterThan(
          psnr(composite(pictures[view]!, alpha, red), ideal, edge) + 1,
        );
      }
    }
  });
});
