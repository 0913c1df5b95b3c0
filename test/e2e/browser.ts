import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** WebGL2 and WebGPU on a software GPU; with fewer of these, one of the two is missing. */
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-angle=swiftshader',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

/** A Chromium: `TURNAROUND_CHROMIUM`, the system's, or playwright's own. */
export async function launchBrowser(): Promise<Browser> {
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = process.env.TURNAROUND_CHROMIUM ?? installed.find((path) => existsSync(path));
  return await chromium.launch({
    args: FLAGS,
    ...(executablePath ? { executablePath } : { channel: 'chromium' }),
  });
}
