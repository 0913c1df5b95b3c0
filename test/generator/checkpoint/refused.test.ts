import { describe, expect, it } from 'vitest';
import type { CheckpointErrorCode } from '../../../generator/src/checkpoint/index.ts';
import { goldenFile, goldenNames, refusalOf, refusedFile, refusedNames } from './files.ts';

/** Each refused file of `make.py`, and what the message has to name. */
const REFUSED: readonly [file: string, code: CheckpointErrorCode, message: string][] = [
  ['activation.pkl', 'architecture', 'expected mapping.fc0.activation lrelu, got "relu"'],
  ['aliased.pt', 'budget', 'the weights together are larger than the file'],
  ['conditional.pkl', 'conditional', 'found c_dim 3: this GAN takes labels'],
  ['deflated.pt', 'zip', 'zip entry "archive/data.pkl" is deflated; PyTorch stores its entries'],
  ['filter.pkl', 'filter', 'synthesis.b4.resample_filter to be [1,3,3,1] with sum 1, got [1,2,1] with sum 1'],
  ['filter.pt', 'filter', 'convs.0.conv.blur.kernel to be [1,3,3,1] with sum 4, got [1,1,1,1] with sum 4'],
  ['gain.pkl', 'architecture', 'expected synthesis.b8.torgb.weight_gain 0.5, got 1'],
  ['integers.pt', 'tensor', 'conv1.activate.bias: expected floating-point numbers, got int64'],
  ['missing-noise.pt', 'missing', 'expected noises.noise_1 [1,1,8,8], found no such weight'],
  ['missing-weight.pkl', 'missing', 'expected synthesis.b8.conv0.bias [4], found no such weight'],
  ['missing-weight.pt', 'missing', 'expected convs.1.conv.modulation.bias [4], found no such weight'],
  [
    'mixed-clamp.pkl',
    'architecture',
    'got 256 as synthesis.b4.conv1.conv_clamp and None as synthesis.b8.torgb.conv_clamp',
  ],
  ['no-ema.pkl', 'format', 'expected a dict with G_ema or g_ema, got one with "G", "D"'],
  ['not-a-number.pkl', 'tensor', 'mapping.fc0.weight holds NaN at element 6'],
  ['orig.pkl', 'architecture', 'expected architecture skip, got "orig" in synthesis.b4'],
  ['os-system-in-storage.pkl', 'global', 'refused "posix.system" ("os.system")'],
  ['os-system-legacy.pt', 'global', 'refused "posix.system" ("os.system")'],
  ['os-system-protocol2.pkl', 'global', 'refused "posix.system" ("os.system")'],
  ['os-system.pkl', 'global', 'refused "posix.system" ("os.system")'],
  ['os-system.pt', 'global', 'refused "posix.system" ("os.system")'],
  ['other-keys.pt', 'format', 'expected a dict with G_ema or g_ema, got one with "GAN", "version"'],
  ['resnet.pkl', 'architecture', 'expected architecture skip, got "resnet" in synthesis.b4'],
  ['shape.pkl', 'shape', 'checkpoint: expected synthesis.b4.const [C,4,4], got [4,8,8]'],
  ['shape.pt', 'shape', 'checkpoint: expected input.input [1,C,4,4], got [1,4,8,8]'],
  [
    'strides-legacy.pt',
    'tensor',
    'a tensor [1,4,4,3,3] with strides [144,144,9,3,1] from element 0 reaches element 467',
  ],
  ['strides.pkl', 'tensor', 'a tensor [4,4,3,3] with strides [144,9,3,1] from element 0 reaches element 467'],
  ['strides.pt', 'tensor', 'reaches element 467, outside of storage "12" of 144 elements'],
  ['stylegan3-without-arrays.pkl', 'stylegan3', 'found synthesis.input: this is a StyleGAN3'],
  [
    'stylegan3.pkl',
    'stylegan3',
    'found SynthesisInput and "numpy.core.multiarray._reconstruct": this is a StyleGAN3',
  ],
  ['tensorflow.pkl', 'tensorflow', 'found "dnnlib.tflib.network.Network"'],
  ['unknown-global-legacy.pt', 'global', 'refused "fractions.Fraction"'],
  ['unknown-global.pkl', 'global', 'refused "pathlib.PurePosixPath"'],
  ['unknown-global.pt', 'global', 'refused "fractions.Fraction"'],
];

describe('refused checkpoints', () => {
  it('lists every file that make.py writes', () => {
    expect(REFUSED.map(([file]) => file)).toEqual(refusedNames());
  });

  it.each(REFUSED)('%s is refused as %s: %s', (file, code, message) => {
    const found = refusalOf(refusedFile(file));
    expect(found.message).toContain(message);
    expect(found.code).toBe(code);
    expect(found.message).toMatch(/^checkpoint: /);
  });

  it('says how a TensorFlow pickle is converted', () => {
    const { message } = refusalOf(refusedFile('tensorflow.pkl'));
    expect(message).toContain("legacy.py of NVIDIA's stylegan2-ada-pytorch");
  });
});

describe('truncated checkpoints', () => {
  it.each(goldenNames())('%s, cut anywhere, is said to end too soon', (name) => {
    const file = goldenFile(name);
    for (const share of [0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
      const found = refusalOf(file.subarray(0, Math.floor(file.length * share)));
      expect(found.code, found.message).toBe('truncated');
    }
    expect(refusalOf(file.subarray(0, file.length - 1)).code).toBe('truncated');
  });

  it('tells how much is missing', () => {
    const file = goldenFile('nvidia-16');
    const { message } = refusalOf(file.subarray(0, file.length / 2));
    expect(message).toMatch(/the pickle ends too soon: expected \d+ more bytes at byte \d+, got \d+/);
  });
});

describe('files that are no checkpoints', () => {
  const text = (content: string) => new TextEncoder().encode(content);

  it.each([
    ['an empty file', new Uint8Array(0), 'got an empty file'],
    ['a web page', text('<!DOCTYPE html><html>'), 'got text that begins with "<!DOCTYPE html><html>"'],
    [
      'a Git LFS pointer',
      text('version https://git-lfs.github.com/spec/v1\n'),
      'begins with "version https://git-lfs',
    ],
    ['an image', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), 'begins with the bytes 89 50 4e 47'],
    [
      'a pickle of a number',
      Uint8Array.of(0x80, 4, 0x4b, 7, 0x2e),
      'expected a dict with G_ema or g_ema, got 7',
    ],
  ])('names %s', (_, bytes, message) => {
    const found = refusalOf(bytes);
    expect(found.message).toContain(message);
    expect(found.code).toBe('format');
  });
});
