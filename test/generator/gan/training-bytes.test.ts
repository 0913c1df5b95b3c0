import { describe, expect, it } from 'vitest';
import { trainingBytes } from '../../../generator/src/gan/index.ts';
import { randomNetwork } from './direction-network.ts';

describe('bytes of a training step', () => {
  const network = randomNetwork(1, { resolution: 32, channels: 8, dim: 8, noise: 0 });

  it('grow with the area at which the network is cut', () => {
    // Blocks of 4² to 16², and to 32²: 8 channels each, 12 tensors of 4 bytes.
    expect(trainingBytes(network, 16)).toBe(4 * 12 * 8 * (16 + 64 + 256));
    expect(trainingBytes(network, 32)).toBe(4 * 12 * 8 * (16 + 64 + 256 + 1024));
  });

  it('do not grow beyond the network', () => {
    expect(trainingBytes(network, 512)).toBe(trainingBytes(network, 32));
  });
});
