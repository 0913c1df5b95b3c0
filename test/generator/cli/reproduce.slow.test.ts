import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLAIMS, type Reproduction } from '../../../generator/src/evaluation/reproduce/index.ts';
import { launchBrowser } from '../../e2e/browser.ts';
import { hasShared, portraits } from '../../shared.ts';
import { MODEL, turnaround } from './run.ts';

/** The whole of it with trainings of one step: what stands on the page is shown, not whether it is true. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-reproduce-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = () => {
  const training = ['--steps', '1', '--training-subjects', '4', '--work-resolution', '64'];
  const measured = ['--subjects', '2', '--views', '5', '--range=-30:30'];
  const real = hasShared ? ['--real', portraits('renders'), '--real-count', '40'] : [];
  const machine = ['--device', 'cpu', '--threads', '1', '--json'];
  return turnaround(['reproduce', MODEL, '--out', folder, ...training, ...measured, ...real, ...machine]);
};

let found: Reproduction;
beforeAll(async () => {
  const { code, stdout, stderr } = await run();
  expect(code, stderr).toBe(0);
  found = JSON.parse(stdout);
}, 1_200_000);

describe('turnaround reproduce', () => {
  test('measures every way, and says how long each was trained', () => {
    expect(found.ways.map(({ id }) => id)).toEqual([
      'ganspace',
      'turnaround',
      'paper',
      'without-latent',
      'without-feature',
      'without-warp',
    ]);
    for (const { id, sweep, trainingHours } of found.ways) {
      expect(sweep['yawReached'], id).not.toBeNull();
      // The model comes with a refiner of the configuration that ships: nothing is trained for that one either.
      if (id === 'ganspace' || id === 'turnaround') expect(trainingHours, id).toBeNull();
      else expect(trainingHours, id).toBeGreaterThan(0);
    }
    expect(JSON.parse(readFileSync(join(folder, 'reproduction.json'), 'utf8'))).toEqual(found);
  });

  test('trains nothing the second time', async () => {
    const again = await run();
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).not.toMatch(/refiner 1\/1|depth-pose 1\/1/);
  }, 1_200_000);

  test('writes a page that a browser shows without a complaint', async () => {
    const browser = await launchBrowser();
    try {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const complaints: string[] = [];
      tab.on('pageerror', (error) => complaints.push(String(error)));
      tab.on('console', (message) => complaints.push(message.text()));
      tab.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
      });
      await tab.goto(`file://${join(folder, 'index.html')}`);
      expect(await tab.title()).toBe('portraits-128: the paper, reproduced');
      expect(await tab.locator('figure.table').count()).toBe(4);
      expect(await tab.locator('table.claims tbody tr').count()).toBe(CLAIMS.length);
      expect(await tab.locator('.sheet img').count()).toBe(5);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
