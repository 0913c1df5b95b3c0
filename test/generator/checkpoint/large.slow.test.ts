import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../generator/src/checkpoint/index.ts';
import { buildMapping, buildSynthesis } from '../../../generator/src/gan/index.ts';
import { serialize } from '../../../generator/src/graph/index.ts';
import { golden } from '../../shared.ts';

/** Debian's, which has python3-torch. */
const PYTHON = '/usr/bin/python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;

describe.skipIf(!hasTorch)(`a checkpoint of 360 MB${hasTorch ? '' : ' (skipped: no python3-torch)'}`, () => {
  it('is read and written as graphs in under 20 s and under 3 GB', () => {
    const folder = mkdtempSync(join(tmpdir(), 'turnaround-'));
    try {
      const path = join(folder, 'large.pkl');
      const made = spawnSync(PYTHON, ['-B', golden('checkpoint', 'make.py'), '--large', path], {
        encoding: 'utf8',
      });
      expect(made.status, made.stderr).toBe(0);
      const start = performance.now();
      const bytes = readFileSync(path);
      const weights = readCheckpoint(bytes);
      const readSeconds = (performance.now() - start) / 1000;
      writeFileSync(join(folder, 'mapping.onnx'), serialize(buildMapping(weights)));
      writeFileSync(join(folder, 'synthesis.onnx'), serialize(buildSynthesis(weights)));
      const seconds = (performance.now() - start) / 1000;
      const gigabytes = process.resourceUsage().maxRSS / 1e6;
      console.log(
        `${(bytes.length / 1e6).toFixed(0)} MB read in ${readSeconds.toFixed(2)} s, written as graphs after ${seconds.toFixed(2)} s, peak ${gigabytes.toFixed(2)} GB`,
      );
      expect(bytes.length).toBeGreaterThan(350e6);
      expect(weights.resolution).toBe(512);
      expect(weights.convClamp).toBe(256);
      expect(seconds).toBeLessThan(20);
      expect(gigabytes).toBeLessThan(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
