import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { degrees } from '@turnaround/plugin/asset';
import type { Browser } from 'playwright-core';
import { build, defaultClientConditions, type PreviewServer, preview } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveForTest, type TestService } from '../generator/service/harness.ts';
import { ROOT } from '../shared.ts';
import { launchBrowser } from './browser.ts';
import { ellipsoidFile } from './ellipsoid-characters.ts';

/**
 * The pane in a real Inspector v2, whose 700 MB of packages are installed once into a folder of their own, outside the
 * repository's.
 */

const PACKAGES = [
  ...['inspector', 'core', 'loaders', 'materials', 'serializers', 'gui'].map(
    (name) => `@babylonjs/${name}@9.28.0`,
  ),
  ...['react@18', 'react-dom@18'],
];
const cache = process.env.TURNAROUND_INSPECTOR ?? join(tmpdir(), 'turnaround-inspector-9.28.0');
const installed = installInspector();

/** @returns why there is none; null where there is */
function installInspector(): string | null {
  if (existsSync(join(cache, 'node_modules/@babylonjs/inspector/package.json'))) return null;
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), '{"private":true}');
  try {
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    execFileSync('npm', ['install', ...options, ...PACKAGES], { cwd: cache, stdio: 'pipe' });
    return null;
  } catch (error) {
    rmSync(join(cache, 'node_modules'), { recursive: true, force: true });
    return `npm cannot install @babylonjs/inspector: ${String((error as Error).message).split('\n')[0]}`;
  }
}

const page = `
import { Engine } from '@babylonjs/core/Engines/engine.js';
import { ArcRotateCamera } from '@babylonjs/core/Cameras/arcRotateCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import { Scene } from '@babylonjs/core/scene.js';
import { ShowInspector } from '@babylonjs/inspector';
import { turnaroundPane } from '@turnaround/editor-extension/inspector';

const engine = new Engine(document.querySelector('canvas'));
const scene = new Scene(engine);
new ArcRotateCamera('camera', 1.5, 1.5, 2, Vector3.Zero(), scene);
engine.runRenderLoop(() => scene.render());
window.scene = scene;
const service = new URLSearchParams(location.search).get('service');
ShowInspector(scene, { serviceDefinitions: [turnaroundPane({ service })] });
`;

let folder: string;
let server: PreviewServer;
let browser: Browser;
let service: TestService;

beforeAll(async () => {
  if (installed !== null) return;
  folder = mkdtempSync(join(cache, 'page-'));
  writeFileSync(
    join(folder, 'index.html'),
    '<!doctype html><title>Inspector</title><body style="margin:0"><canvas style="width:100vw;height:100vh"></canvas><script type="module" src="/main.js"></script>',
  );
  writeFileSync(join(folder, 'main.js'), page);
  // Built as a game is: a server that bundles packages one after the other would give the page two glTF loaders.
  const site = { configFile: false, root: folder, logLevel: 'error' } as const;
  await build({
    ...site,
    resolve: {
      conditions: ['source', ...defaultClientConditions],
      alias: {
        '@turnaround/editor-extension/inspector': join(ROOT, 'editor-extension/src/inspector/index.ts'),
      },
      // One Babylon and one React for the Inspector, the plugin and the pane.
      dedupe: ['@babylonjs/core', '@babylonjs/loaders', '@babylonjs/inspector', 'react', 'react-dom'],
    },
    build: { target: 'esnext', minify: false, modulePreload: false },
  });
  server = await preview({ ...site, preview: { port: 0, host: '127.0.0.1' } });
  const origin = server.resolvedUrls!.local[0]!.replace(/\/$/, '');
  const maker = {
    make: ({ yaws }: { yaws: readonly number[] }) =>
      ellipsoidFile(yaws.map((yaw) => Math.round(1e4 * degrees(yaw)) / 1e4)),
    close: async () => {},
  };
  service = await serveForTest(undefined, { cors: [origin] }, maker);
  browser = await launchBrowser();
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test.skipIf(installed !== null)(
  `the pane stands in the Inspector, shows a character and puts it into the scene${installed ? ` (skipped: ${installed})` : ''}`,
  async () => {
    const context = await browser.newContext({ viewport: { width: 1100, height: 700 } });
    const opened = await context.newPage();
    const errors: string[] = [];
    opened.on('pageerror', (error) => errors.push(String(error)));
    const address = `${server.resolvedUrls!.local[0]}?service=${encodeURIComponent(service.url)}`;
    await opened.goto(address, { timeout: 300_000 });
    // The Inspector's buttons of panes have no names, only values.
    await opened.locator('button[role=radio][value=Turnaround]').click({ timeout: 240_000 });
    // The Inspector announces parts of its own, one after the other, and hides all else from screen readers meanwhile.
    const dismiss = opened.locator('.fui-TeachingPopoverHeader__dismissButton');
    const title = opened.getByRole('heading', { name: 'Turnaround', level: 1 });
    await opened.addLocatorHandler(dismiss, () => dismiss.click(), { times: 8 });
    await expect
      .poll(
        async () => {
          if (await dismiss.isVisible()) await dismiss.click();
          return title.isVisible();
        },
        { timeout: 120_000 },
      )
      .toBe(true);
    const views = opened.getByRole('list', { name: 'Stored views', exact: true }).getByRole('button');
    await expect.poll(() => views.count(), { timeout: 120_000 }).toBe(13);
    await opened.getByRole('button', { name: 'Add to scene' }).click();
    const added = () =>
      opened.evaluate(
        () =>
          (globalThis as unknown as { scene: { meshes: { name: string }[] } }).scene.meshes.filter(
            ({ name }) => name.length > 0,
          ).length,
      );
    await expect.poll(added, { timeout: 60_000 }).toBeGreaterThan(0);
    if (process.env.TURNAROUND_SCREENSHOTS)
      await opened.screenshot({
        path: join(process.env.TURNAROUND_SCREENSHOTS, 'inspector.png'),
        timeout: 200_000,
      });
    // The Inspector fetches a validator for every file that is loaded from a place that tests do not reach.
    expect(errors.filter((text) => !/gltf_validator|GLTFValidator/.test(text))).toEqual([]);
    await context.close();
  },
  900_000,
);
