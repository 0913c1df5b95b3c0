import { expect, it } from 'vitest';
import { fuzz } from './fuzz.ts';

it('answers whatever is sent for three seconds, and never by a 5xx', async () => {
  expect(await fuzz(3)).toBeGreaterThan(50);
});
