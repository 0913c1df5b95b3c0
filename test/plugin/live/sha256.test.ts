import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256 } from '../../../plugin/src/live/sha256.ts';
import { bytesOf, hashOf } from './model-server.ts';

afterEach(() => vi.unstubAllGlobals());

describe('sha256', () => {
  const lengths = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(55, 56, 63, 64, 119, 120));
  it.each([
    ['with the browser', globalThis.crypto],
    ['on an insecure page', {}],
  ])('is that of Node, %s', async (_, crypto) => {
    vi.stubGlobal('crypto', crypto);
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(), async (length, seed) => {
        // Not at the start of its buffer.
        const bytes = bytesOf(length + 3, seed).subarray(3);
        expect(await sha256(bytes)).toBe(hashOf(bytes));
      }),
    );
  });
});
