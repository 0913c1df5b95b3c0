import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import {
  type JobHooks,
  type JobOutcome,
  type JobRunner,
  type JobTask,
  type PreviewMaker,
  type RunningService,
  SERVICE_DEFAULTS,
  type ServiceSettings,
  startService,
} from '../../../generator/src/service/index.ts';
import type { JobAsset } from '../../../generator/src/service/jobs/job.ts';
import { ROOT } from '../../shared.ts';

/** A service in this process, on a port that is free, with a runner that makes nothing. */

const folder = mkdtempSync(join(tmpdir(), 'turnaround-service-'));
const running = new Set<RunningService>();
afterAll(async () => {
  await Promise.all([...running].map((service) => service.close()));
  rmSync(folder, { recursive: true, force: true });
});

/** A folder of this file's, deleted after its tests. */
export const scratch = (name: string): string => mkdtempSync(join(folder, `${name}-`));

const manifest = await readFile(join(ROOT, 'models/portraits-128/model.json'));
const components = await readFile(join(ROOT, 'models/portraits-128/pca.bin'));

/** Roots with the models `one` and `two` and the image set `teapot`. Beside them something that nobody may reach. */
export function makeRoots(): Pick<ServiceSettings, 'models' | 'images' | 'data'> {
  const base = scratch('roots');
  const file = (path: string, content: string | Uint8Array) => {
    mkdirSync(join(base, path, '..'), { recursive: true });
    writeFileSync(join(base, path), content);
  };
  for (const name of ['one', 'two']) file(`models/${name}/model.json`, manifest);
  file('models/one/pca.bin', components);
  file('models/broken/model.json', '{');
  file('models/no-model/readme.txt', '');
  file('images/teapot/1.png', 'picture');
  file('secret/model.json', manifest);
  file('secret.glb', 'secret');
  return { models: join(base, 'models'), images: join(base, 'images'), data: join(base, 'data') };
}

export interface TestService extends RunningService {
  readonly settings: ServiceSettings;
  readonly logged: string[];
  /** A request, with JSON in and out. */
  call(path: string, init?: RequestInit & { json?: unknown }): Promise<Answer>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect
  readonly json: any;
}

export async function serveForTest(
  runner: JobRunner = makeNothing,
  settings: Partial<ServiceSettings> = {},
  previews: PreviewMaker = previewNothing,
): Promise<TestService> {
  const all: ServiceSettings = {
    ...SERVICE_DEFAULTS,
    ...makeRoots(),
    port: 0,
    token: null,
    cors: [],
    panel: null,
    requestsPerMinute: 1_000_000,
    ...settings,
  };
  const logged: string[] = [];
  const service = await startService(all, { runner, previews }, (message) => logged.push(message));
  running.add(service);
  return {
    ...service,
    settings: all,
    logged,
    async stop() {
      running.delete(service);
      await service.close();
    },
    async call(path, { json, ...init } = {}) {
      const body =
        json === undefined
          ? {}
          : {
              method: 'POST',
              body: JSON.stringify(json),
              headers: { 'content-type': 'application/json', ...init.headers },
            };
      const response = await fetch(service.url + path, { ...init, ...body });
      const text = await response.text();
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        text,
        json: isJson ? JSON.parse(text) : null,
      };
    },
  };
}

export const generate = (seeds: readonly number[] = [0], more: Record<string, unknown> = {}) => ({
  kind: 'generate',
  model: 'one',
  seeds,
  ...more,
});

/** What the file of a seed holds. */
export const content = (seed: number): string => `character ${seed} `.repeat(20);

/** Says what it was asked for. */
export const previewNothing: PreviewMaker = {
  make: async ({ folder: _, ...asked }) => new TextEncoder().encode(JSON.stringify(asked)),
  close: async () => {},
};

/** Writes a file a seed and is done. */
export const makeNothing: JobRunner = async (task) => ({ result: { made: true }, assets: writeAssets(task) });

export function writeAssets({ request, folders }: JobTask): JobAsset[] {
  if (request.kind === 'import') {
    mkdirSync(folders.model!, { recursive: true });
    writeFileSync(join(folders.model!, 'model.json'), manifest);
  }
  if (request.kind !== 'generate') return [];
  mkdirSync(folders.out, { recursive: true });
  writeFileSync(join(folders.out, 'contact-sheet.png'), 'sheet');
  return request.seeds.map((seed) => {
    writeFileSync(join(folders.out, `${seed}.glb`), content(seed));
    const id = createHash('sha256').update(content(seed)).digest('hex');
    return { id, file: `${seed}.glb`, bytes: content(seed).length };
  });
}

/** A runner whose jobs wait until the test says how they end. */
export class HeldRunner {
  readonly begun: { task: JobTask; hooks: JobHooks; end(error?: Error): void }[] = [];
  readonly stopped: JobTask[] = [];
  readonly #write: (task: JobTask) => JobAsset[] | Promise<JobAsset[]>;

  /** @param write what a job leaves that ends well */
  constructor(write: (task: JobTask) => JobAsset[] | Promise<JobAsset[]> = writeAssets) {
    this.#write = write;
  }

  readonly run: JobRunner = (task, hooks) =>
    new Promise<JobOutcome>((resolve, reject) => {
      hooks.signal.addEventListener('abort', () => {
        this.stopped.push(task);
        reject(new Error('aborted'));
      });
      this.begun.push({
        task,
        hooks,
        end: (error) =>
          error
            ? reject(error)
            : void Promise.resolve(this.#write(task)).then(
                (assets) => resolve({ result: {}, assets }),
                reject,
              ),
      });
    });

  /** The n-th job that begins. */
  async job(n: number): Promise<HeldRunner['begun'][number]> {
    await until(() => this.begun.length > n);
    return this.begun[n]!;
  }
}

/** Waits for something that comes soon. */
export async function until(condition: () => boolean | Promise<boolean>, patience = 20_000): Promise<void> {
  const end = performance.now() + patience;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`until: expected within ${patience} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export interface SentEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect
  readonly data: any;
}

/** Reads server-sent events as they come. */
export async function openEvents(url: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  const events: SentEvent[] = [];
  let raw = '';
  const ended = (async () => {
    let rest = '';
    for await (const chunk of response.body ?? []) {
      const text = new TextDecoder().decode(chunk as Uint8Array);
      raw += text;
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const fields = Object.fromEntries(
          block
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        if (fields['data'])
          events.push({ id: fields['id']!, event: fields['event']!, data: JSON.parse(fields['data']) });
      }
    }
  })().catch(() => {});
  return { response, events, ended, raw: () => raw, drop: () => abort.abort() };
}
