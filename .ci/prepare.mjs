// Brings a fresh clone to the point where the commands work: installs packages, builds, and with
// `--browser` finds or installs a Chromium for the tests, with `--colmap` COLMAP for a slow one, with
// `--redis` Redis for those of batches. Says what it does; does nothing twice.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const run = (command, args, env = {}) =>
  execFileSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
const say = (text) => process.stderr.write(`prepare: ${text}\n`);

function installPackages() {
  const stamp = join(root, 'node_modules', '.turnaround-lock');
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('installing packages (npm ci)');
  run('npm', ['ci', '--no-audit', '--no-fund'], { ONNXRUNTIME_NODE_INSTALL: 'skip' });
  writeFileSync(stamp, lock);
}

function build() {
  say('building (tsc, vite)');
  run('npm', ['run', '--silent', 'build']);
}

function findBrowser() {
  const named = process.env.TURNAROUND_CHROMIUM;
  if (named) return named;
  return ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
}

function installBrowser() {
  if (findBrowser()) return;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say("installing Debian's chromium (apt-get install chromium)");
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
      DEBIAN_FRONTEND: 'noninteractive',
    });
    return;
  }
  const marker = join(root, 'node_modules', '.turnaround-chromium');
  if (existsSync(marker) && statSync(marker).isFile()) return;
  say("installing playwright's chromium (no Debian root here)");
  run('npx', ['playwright-core', 'install', 'chromium']);
  writeFileSync(marker, '');
}

/** A program of Debian's for tests that are skipped where this finds no way to install it. */
function installPackage(program, name, purpose) {
  if (existsSync(`/usr/bin/${program}`)) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    say(`no ${program} here and no Debian root to install it; ${purpose} will be skipped`);
    return;
  }
  say(`installing Debian's ${name} (apt-get install ${name})`);
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], {
    DEBIAN_FRONTEND: 'noninteractive',
  });
}

installPackages();
build();
if (process.argv.includes('--browser')) installBrowser();
if (process.argv.includes('--colmap')) installPackage('colmap', 'colmap', 'the test of reconstruction');
if (process.argv.includes('--redis')) installPackage('redis-server', 'redis-server', 'tests of batches');
