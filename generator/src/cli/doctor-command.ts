import { Command } from 'commander';
import { type DeviceReport, examineMachine } from '../platform/examine.ts';
import { jsonOption } from './machine.ts';
import { createTerminal } from './terminal.ts';

/** `turnaround doctor`: what this machine can use, and how to get the rest. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what this machine can use to run networks and the tests, and how to get the rest')
    .addOption(jsonOption())
    .action(async ({ json }: { readonly json: boolean }) => {
      const terminal = createTerminal(json, process.stdout, process.stderr);
      const report = await examineMachine();
      const { node, onnxruntime, cpu, cuda, webgpu, auto, chromium } = report;
      terminal.result(report, [
        `Node ${node}, ONNX Runtime ${onnxruntime}`,
        `cpu: yes (${cpu.model}, ${cpu.threads} threads, ${cpu.simd ?? 'no blocked convolutions: training is slower'})`,
        ...describe('cuda', cuda),
        ...describe('webgpu', webgpu),
        `--device auto takes ${auto}`,
        chromium === null
          ? 'Chromium for the tests: none found; `npm test` installs one, or set TURNAROUND_CHROMIUM to yours'
          : `Chromium for the tests: ${chromium}`,
      ]);
    });
}

function describe(name: string, { available, problem, speed, help }: DeviceReport): string[] {
  if (!available || speed === null) return [`${name}: no (${problem})`, `  to get it: ${help}`];
  if (speed >= 1) return [`${name}: yes (a convolution ${speed.toFixed(1)} times as fast as on the CPU)`];
  return [
    `${name}: yes, but a convolution takes ${(1 / speed).toFixed(1)} times as long as on the CPU: a driver in software ` +
      '(SwiftShader, llvmpipe), or a slow GPU; --device auto leaves it',
  ];
}
