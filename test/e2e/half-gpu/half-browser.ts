import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../shared.ts';

/** Debian's. */
const CHROMIUM = '/usr/lib/chromium';
const HEADER = '/usr/include/vulkan/vulkan.h';
const LIBRARIES = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/libvulkan_lvp.so`);
const SOURCE = join(ROOT, 'test/e2e/half-gpu/lavapipe.c');

/** A browser whose GPU computes in half precision. */
export interface HalfBrowser {
  readonly executable: string;
  remove(): void;
}

/** @returns a browser of the machine's own parts; or what it lacks, in a sentence */
export function makeHalfBrowser(): HalfBrowser | string {
  const lavapipe = LIBRARIES.find((path) => existsSync(path));
  const missing = [
    ...(existsSync(join(CHROMIUM, 'libvk_swiftshader.so')) ? [] : ['chromium']),
    ...(lavapipe ? [] : ['mesa-vulkan-drivers']),
    ...(existsSync(HEADER) ? [] : ['libvulkan-dev']),
    ...(existsSync('/usr/bin/gcc') ? [] : ['gcc']),
  ];
  if (missing.length > 0) return `needs Debian's ${missing.join(', ')}`;
  const folder = mkdtempSync(join(tmpdir(), 'turnaround-half-browser-'));
  cpSync(CHROMIUM, folder, { recursive: true });
  const library = join(folder, 'libvk_swiftshader.so');
  execFileSync('/usr/bin/gcc', [
    ...['-shared', '-fPIC', '-O1', '-Wall', '-Wl,-Bsymbolic', `-DLAVAPIPE="${lavapipe}"`],
    ...[SOURCE, '-o', join(folder, 'lavapipe.so'), '-ldl'],
  ]);
  // WebGL goes on with the real one, under another name.
  cpSync(library, join(folder, 'swiftshader.so'));
  const driver = { library_path: './swiftshader.so', api_version: '1.0.5' };
  writeFileSync(
    join(folder, 'vk_swiftshader_icd.json'),
    JSON.stringify({ file_format_version: '1.0.0', ICD: driver }),
  );
  cpSync(join(folder, 'lavapipe.so'), library);
  return {
    executable: join(folder, 'chromium'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
