import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { turnaround } from './run.ts';

describe('turnaround doctor', () => {
  test('says what this machine can use, and how to get the rest', async () => {
    const { code, stdout, stderr } = await turnaround(['doctor']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Node ${process.version}, ONNX Runtime \\d+\\.\\d+\\.\\d+$`, 'm'));
    expect(stdout).toMatch(new RegExp(`^cpu: yes \\(.+, ${availableParallelism()} threads, .+\\)$`, 'm'));
    expect(stdout).toMatch(
      /^cuda: (yes \(.+ as fast as on the CPU\)|yes, but .+|no \(.+\)\n {2}to get it: .*npm rebuild onnxruntime-node.*)$/m,
    );
    expect(stdout).toMatch(
      /^webgpu: (yes \(.+ as fast as on the CPU\)|yes, but .+|no \(.+\)\n {2}to get it: .*Vulkan.*)$/m,
    );
    expect(stdout).toMatch(/^--device auto takes (cpu|cuda|webgpu)$/m);
    expect(stdout).toMatch(/^Chromium for the tests: .+$/m);
  });

  test('prints the same as JSON', async () => {
    const { code, stdout } = await turnaround(['doctor', '--json']);
    expect(code).toBe(0);
    const report = JSON.parse(stdout);
    expect(report.node).toBe(process.version);
    expect(report.cpu.threads).toBe(availableParallelism());
    expect(['AVX-512', 'AVX2', null]).toContain(report.cpu.simd);
    for (const device of ['cuda', 'webgpu'] as const)
      expect(report[device].available).toBe(report[device].problem === null);
    for (const device of ['cuda', 'webgpu'] as const) {
      expect(report[device].speed === null).toBe(!report[device].available);
      if (!(report[device].speed >= 1)) expect(report.auto).not.toBe(device);
    }
    // The tests in a browser find one the same way.
    expect(report.chromium === null || typeof report.chromium === 'string').toBe(true);
  });
});
