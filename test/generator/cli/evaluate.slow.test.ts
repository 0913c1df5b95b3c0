import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EvaluationReport } from '../../../generator/src/evaluation/report/index.ts';
import { launchBrowser } from '../../e2e/browser.ts';
import { hasShared, portraits, ROOT, sharedReason } from '../../shared.ts';
import { MODEL, turnaround } from './run.ts';

/** The shipped model evaluated from the command line, and its page in a browser. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const real = hasShared ? ['--real', portraits('renders'), '--real-count', '40'] : [];
let report: EvaluationReport;

beforeAll(async () => {
  const run = ['evaluate', MODEL, '--subjects', '2', '--views', '5', '--range=-30:30', '--out', folder];
  const { code, stdout, stderr } = await turnaround([
    ...run,
    ...real,
    '--ablation',
    join(ROOT, 'test/bench/refiner-ablation.csv'),
    '--device',
    'cpu',
    '--threads',
    '1',
    '--json',
  ]);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/portraits-128, unrefined 2\/2 subjects/);
  report = JSON.parse(stdout);
}, 900_000);

describe('turnaround evaluate', () => {
  test('says what it measured, the same in both files', () => {
    expect(JSON.parse(readFileSync(join(folder, 'evaluation.json'), 'utf8'))).toEqual(report);
    const rows = readFileSync(join(folder, 'evaluation.csv'), 'utf8').trimEnd().split('\n');
    const reached = report.models[0]!.methods.find(({ id }) => id === 'unrefined')!.sweep['yawReached']!;
    const row = rows.find((text) => text.startsWith('portraits-128,unrefined,full,yawReached,'))!;
    expect(Number(row.split(',')[4])).toBeCloseTo(reached.value, 5);
    expect(report.options.degrees).toEqual([-30, -15, 0, 15, 30]);
  });

  test('finds what is known of the shipped model', () => {
    const [model] = report.models;
    expect(model!.methods.map(({ id }) => id)).toEqual([
      'refined',
      'unrefined',
      'equal-turn',
      'blur',
      'less-turn',
    ]);
    const [refined, unrefined, equal, blur, less] = model!.methods.map(({ sweep }) => sweep);
    expect(unrefined!['yawReached']!.value).toBeGreaterThan(0.8);
    expect(unrefined!['yawReached']!.value).toBeLessThan(1.3);
    expect(less!['yawOwn']!.value / unrefined!['yawOwn']!.value).toBeCloseTo(0.8, 1);
    expect(blur!['sharpness']!.value).toBeLessThan(0.5 * unrefined!['sharpness']!.value);
    // Its own depth and yaw explain what one view shows of the next.
    expect(unrefined!['warpedPsnr']!.value).toBeGreaterThan(unrefined!['unwarpedPsnr']!.value + 2);
    // Mended views turn nearly as far, and the unrefined ones at equal turn just as far.
    expect(refined!['yawOwn']!.value / unrefined!['yawOwn']!.value).toBeGreaterThan(0.9);
    expect(equal!['yawOwn']!.value).toBeCloseTo(refined!['yawOwn']!.value, 1);
    // Turning less looks like a gain, and is one of nothing.
    const gain = model!.gains.find(({ method }) => method === 'less-turn')!;
    expect(gain.figures['warpedPsnr']!.value).toBeGreaterThan(0);
    expect(gain.figures['yawOwn']!.value).toBeLessThan(-0.1);
  });

  test.runIf(hasShared)(`compares with real pictures under the stand-in's name${sharedReason}`, () => {
    expect(report.readers).toMatchObject({ yaw: 'facemesh', kernel: 'KID-faceres', frechet: 'FD-faceres' });
    expect(report.matched).toBeGreaterThanOrEqual(8);
    const full = report.models[0]!.methods[0]!.zones.at(-1)!;
    expect(full.figures['frechet']!.value).toBeGreaterThan(0);
    expect(full.figures['kernel']!.count).toBe(report.matched);
  });

  test('writes a page that a browser shows without a complaint, under 3 MB', async () => {
    const page = join(folder, 'index.html');
    expect(statSync(page).size).toBeLessThan(3e6);
    const browser = await launchBrowser();
    try {
      const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      const complaints: string[] = [];
      tab.on('pageerror', (error) => complaints.push(String(error)));
      tab.on('console', (message) => complaints.push(message.text()));
      tab.on('request', (request) => {
        if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
      });
      await tab.goto(`file://${page}`);
      expect(await tab.title()).toBe('portraits-128: evaluation');
      // Tables 2 and 5 need other models.
      expect(await tab.locator('figure.table').count()).toBe(6);
      expect(await tab.locator('#table-8 tbody tr').count()).toBe(report.ablation!.rows.length);
      expect(await tab.locator('.plot svg').count()).toBe(6);
      expect(await tab.locator('#table-6 tbody tr').count()).toBe(5);
      const shown = await tab
        .locator('.sheet img')
        .evaluateAll((all) =>
          (all as HTMLImageElement[]).map(
            ({ complete, naturalWidth, width }) => complete && naturalWidth >= width,
          ),
        );
      expect(shown).toEqual([true, true]);
      expect(await tab.locator('body').innerText()).not.toContain('has no refiner');
      await tab.setViewportSize({ width: 360, height: 800 });
      expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  test('refuses what it cannot do, by name', async () => {
    const out = ['--out', join(folder, 'none'), '--device', 'cpu'];
    const usage = await turnaround(['evaluate', MODEL, '--views', '2', ...out]);
    expect(usage.code).toBe(2);
    expect(usage.stderr).toContain('from 3 to 361 for --views but received 2');
    const missing = await turnaround(['evaluate', MODEL, '--real', join(folder, 'no'), ...out]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain('--real: expected pictures');
    const odd = await turnaround(['evaluate', MODEL, '--ablation', join(ROOT, 'package.json'), ...out]);
    expect(odd.code).toBe(1);
    expect(odd.stderr).toContain('expected a CSV with a column row');
    const twice = await turnaround(['evaluate', MODEL, '--against', MODEL, ...out]);
    expect(twice.stderr).toContain('--against: expected other models');
  });
});
