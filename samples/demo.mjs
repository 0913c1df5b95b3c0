// `npm run demo`: four characters from the shipped model, into out/demo.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = 'out/demo';
const started = performance.now();
const { status } = spawnSync(
  process.execPath,
  [
    'generator/dist/cli/main.js',
    'generate',
    '--model',
    'models/portraits-128',
    '--seeds',
    '0-3',
    '--out',
    out,
  ],
  { cwd: root, stdio: 'inherit' },
);
if (status === 0)
  process.stdout.write(
    `done in ${((performance.now() - started) / 1000).toFixed(1)} s\n\n` +
      `Look at them: open ${out}/contact-sheet.png,\n` +
      'or turn them in a browser: npm run preview\n',
  );
process.exitCode = status ?? 1;
