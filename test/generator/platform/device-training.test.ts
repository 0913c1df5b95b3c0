import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../shared.ts';
import type { DeviceRun } from './device-run.ts';

function runOn(device: 'cuda' | 'webgpu', env: Record<string, string> = {}): Promise<DeviceRun> {
  const args = ['--import', 'tsx', '--conditions=source', 'test/generator/platform/device-run.ts', device];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: ROOT, env: { ...process.env, ...env } }, (error, stdout) => {
      if (error) reject(error);
      else resolve(JSON.parse(stdout) as DeviceRun);
    });
  });
}

/** The software GPU that every Chromium brings, with a Vulkan loader beside it; null where there is none. */
function softwareGpu(): Record<string, string> | null {
  const named = process.env.TURNAROUND_CHROMIUM;
  const folders = [named && dirname(named), '/usr/lib/chromium', dirname(chromium.executablePath())];
  for (const folder of folders)
    if (
      folder &&
      ['libvulkan.so.1', 'vk_swiftshader_icd.json'].every((file) => existsSync(join(folder, file)))
    )
      return { LD_LIBRARY_PATH: folder, VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json') };
  return null;
}

async function runOnWebGpu(): Promise<DeviceRun & { readonly software: boolean }> {
  const own = await runOn('webgpu');
  const software = softwareGpu();
  return own.problem !== null && software
    ? { ...(await runOn('webgpu', software)), software: true }
    : { ...own, software: false };
}

const RUNS = { webgpu: await runOnWebGpu(), cuda: { ...(await runOn('cuda')), software: false } };

describe.each(['webgpu', 'cuda'] as const)('training on %s', (device) => {
  const { problem, speed, auto, software, losses, placements, sign } = RUNS[device];
  const reason = problem === null ? '' : ` (skipped: no ${device} here: ${problem})`;

  it.skipIf(problem !== null)(`gives the CPU's numbers${reason}`, () => {
    expect(losses!.device.length).toBe(8);
    losses!.device.forEach((loss, k) => {
      expect(Math.abs(loss - losses!.cpu[k]!)).toBeLessThan(1e-4 * losses!.cpu[0]!);
    });
    expect(losses!.device.at(-1)).toBeLessThan(0.8 * losses!.device[0]!);
  });

  it.skipIf(problem !== null)(`is what auto takes only where it is no slower than the CPU${reason}`, () => {
    expect(speed).toBeGreaterThan(0);
    if (software) expect(speed).toBeLessThan(0.1);
    if (speed! < 1) expect(auto).not.toBe(device);
    else expect(auto).not.toBe('cpu');
  });

  it.skipIf(problem !== null)(`runs every node there, by ONNX Runtime's own log${reason}`, () => {
    const provider = device === 'webgpu' ? 'WebGpuExecutionProvider' : 'CUDAExecutionProvider';
    expect(placements!.map((placement) => placement.provider)).toEqual([provider]);
    expect(placements![0]!.nodes).toBeGreaterThan(50);
  });

  it.skipIf(problem !== null)(`leaves nodes to the CPU only where that is allowed${reason}`, () => {
    expect(sign!.allowed).toEqual([-2, 0, 2]);
    if (device === 'webgpu')
      expect(sign!.refusal).toMatch(
        /^placement: expected every node of signs on webgpu, got 1 on the CPU \(Sign\); --cpu-fallback/,
      );
  });
});
