import { describe, expect, it } from 'vitest';
import { polishConfigOf, TRAINING_CONFIGS } from '../../../generator/src/pipeline/training-configs.ts';
import { LONG_POLISH_CONFIG, POLISH_CONFIG } from '../../../generator/src/refiner/index.ts';

describe('how views are polished', () => {
  it('follows from the refiner that mended them, not from the model’s name', () => {
    expect(polishConfigOf('polished')).toBe(LONG_POLISH_CONFIG);
    for (const name of ['turnaround', 'drifting', 'paper', 'no such one'])
      expect(polishConfigOf(name)).toBe(POLISH_CONFIG);
  });

  it('is the general way where nothing has mended them', () => {
    expect(polishConfigOf(null)).toBe(POLISH_CONFIG);
  });

  it('is the one that the configuration was measured with', () => {
    for (const { refiner, polish } of TRAINING_CONFIGS)
      if (polish) expect(polishConfigOf(refiner.name)).toBe(polish.config);
  });
});
