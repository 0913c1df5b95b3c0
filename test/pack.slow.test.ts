import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publint } from 'publint';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './shared.ts';

/** The packages as a user gets them: packed, installed into an empty folder, run, bundled, type-checked. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-pack-'));
const run = (command: string, args: string[], cwd = folder) =>
  execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', NODE_OPTIONS: '' },
  });

const WORKSPACES = ['plugin', 'editor-extension', 'generator'] as const;

beforeAll(() => {
  run('npm', ['run', '--silent', 'build'], ROOT);
  for (const workspace of WORKSPACES)
    run('npm', ['pack', '--silent', '--workspace', workspace, '--pack-destination', folder], ROOT);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module' }),
  );
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  expect(tarballs).toHaveLength(WORKSPACES.length);
  const peers = ['core', 'loaders'].map((name) => {
    const { version } = JSON.parse(
      readFileSync(join(ROOT, 'node_modules/@babylonjs', name, 'package.json'), 'utf8'),
    );
    return `@babylonjs/${name}@${version}`;
  });
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--silent'];
  run('npm', ['install', ...flags, ...tarballs.map((name) => `./${name}`), ...peers]);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed workspaces', () => {
  for (const workspace of WORKSPACES)
    it(`${workspace} satisfies publint`, async () => {
      const { messages } = await publint({ pkgDir: join(ROOT, workspace), strict: true, pack: 'npm' });
      expect(messages).toEqual([]);
    });

  it('run: turnaround --help and generate', () => {
    const bin = join(folder, 'node_modules/.bin/turnaround');
    const help = run(bin, ['--help']);
    for (const command of ['import', 'generate', 'inspect']) expect(help).toContain(command);
    const model = join(ROOT, 'models/portraits-128');
    run(bin, [
      'generate',
      '--model',
      model,
      '--seeds',
      '7',
      '--views',
      '3',
      '--out',
      'npc',
      '--device',
      'cpu',
    ]);
    const bytes = readFileSync(join(folder, 'npc/7.glb'));
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('glTF');
    const inspected = JSON.parse(run(bin, ['inspect', 'npc/7.glb', '--json'])) as { views: unknown[] };
    expect(inspected.views).toHaveLength(3);
  }, 120_000);

  it('bundle: a page that imports the plugin', async () => {
    writeFileSync(join(folder, 'index.html'), '<script type="module" src="./page.js"></script>');
    writeFileSync(
      join(folder, 'page.js'),
      "import '@turnaround/plugin/loader/register';\nimport { loadImpostorAsync } from '@turnaround/plugin';\nconsole.log(loadImpostorAsync);\n",
    );
    await build({ root: folder, logLevel: 'error', build: { outDir: 'bundle' } });
    const scripts = readdirSync(join(folder, 'bundle/assets')).filter((name) => name.endsWith('.js'));
    expect(scripts.map((name) => readFileSync(join(folder, 'bundle/assets', name), 'utf8')).join()).toContain(
      'TURNAROUND_impostor',
    );
    // What the page fetches at once, gzipped: 290 KB, a scene and the glTF loader among them. Babylon's root index is
    // 1.1 MB: more than half of it means that something imports it.
    const html = readFileSync(join(folder, 'bundle/index.html'), 'utf8');
    const first = [...html.matchAll(/assets\/[\w.-]+\.js/g)].map(([path]) =>
      readFileSync(join(folder, 'bundle', path)),
    );
    expect(first.length).toBeGreaterThan(0);
    expect(first.reduce((sum, script) => sum + gzipSync(script).length, 0)).toBeLessThan(550_000);
  }, 120_000);

  it('types resolve', () => {
    writeFileSync(
      join(folder, 'user.ts'),
      "import { Impostor } from '@turnaround/plugin';\nimport { selectViews } from '@turnaround/plugin/asset';\n" +
        "import { readCheckpoint } from '@turnaround/generator';\n" +
        'export const count: number = selectViews([], 0).samples.length;\nexport { Impostor, readCheckpoint };\n',
    );
    for (const options of [
      ['--module', 'nodenext', '--moduleResolution', 'nodenext'],
      ['--module', 'esnext', '--moduleResolution', 'bundler'],
    ])
      run(join(ROOT, 'node_modules/.bin/tsc'), [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--lib',
        'es2023,dom',
        '--skipLibCheck',
        ...options,
        'user.ts',
      ]);
  }, 120_000);
});
