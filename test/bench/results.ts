/** Keeps what benches measured: one line a run in `results.csv`. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../shared.ts';

/** Where and when a bench ran. */
export interface Circumstances {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** Short hash, with `+` where tracked files had changed. */
  readonly commit: string;
  readonly machine: string;
  /** `avx512`, `no-avx512`, or `unknown` where the system does not say: ONNX Runtime's speed depends on it. */
  readonly simd: string;
}

const COLUMNS = ['date', 'commit', 'machine', 'simd', 'bench', 'result'] as const;

/** This machine, this moment, this commit. */
export function circumstances(): Circumstances {
  return {
    date: new Date().toISOString(),
    commit: commit(),
    machine: `${cpus().length}× ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    simd: simd(),
  };
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') ? '+' : '')
    );
  } catch {
    // A source archive has no history.
    return 'unknown';
  }
}

function simd(): string {
  const path = '/proc/cpuinfo';
  if (!existsSync(path)) return 'unknown';
  return /^flags\s*:.*\bavx512f\b/m.test(readFileSync(path, 'utf8')) ? 'avx512' : 'no-avx512';
}

/** A cell as RFC 4180 quotes it. */
const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * Appends a bench's JSON line with its circumstances.
 *
 * @param result  the bench's JSON object; `bench` names it
 * @param path    a CSV file, made with its header where there is none
 */
export function appendResult(
  result: Readonly<Record<string, unknown>> & { readonly bench: string },
  path: string = join(ROOT, 'test/bench/results.csv'),
  where: Circumstances = circumstances(),
): void {
  if (!existsSync(path)) writeFileSync(path, `${COLUMNS.join(',')}\n`);
  const row = { ...where, bench: result.bench, result: JSON.stringify(result) };
  appendFileSync(path, `${COLUMNS.map((column) => cell(row[column])).join(',')}\n`);
}
