import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MODEL, turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-reproduce-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('turnaround reproduce', () => {
  it('wants a folder', async () => {
    const result = await turnaround(['reproduce', MODEL]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain("required option '--out <folder>'");
  });

  it('refuses a folder of another model or of other options, before it trains', async () => {
    writeFileSync(join(folder, 'reproduce.key'), 'of another');
    const result = await turnaround(['reproduce', MODEL, '--out', folder, '--device', 'cpu']);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/expected an empty folder, or this model's.*another --out/);
    expect(readdirSync(folder)).toEqual(['reproduce.key']);
  });
});
