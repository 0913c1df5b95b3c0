import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Files } from '../../pipeline/files.ts';
import { type JobAsset, type JobRecord, JobRecordSchema } from './job.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Job records: `DATA/jobs/<id>/job.json`, with all files of a job beside it. Held in memory and written by an atomic
 * rename at every change, so that a restart finds each job as it was last told to be.
 */
export class JobStore {
  readonly #files: Files;
  readonly #folder: string;
  readonly #jobs = new Map<string, JobRecord>();
  /** Writes of one record happen one after another: the last one said must be the last one written. */
  readonly #writing = new Map<string, Promise<void>>();

  private constructor(files: Files, data: string) {
    this.#files = files;
    this.#folder = join(data, 'jobs');
  }

  /** Reads what is there. @param skipped  is told of folders that hold no record this version reads */
  static async open(files: Files, data: string, skipped: (message: string) => void): Promise<JobStore> {
    const store = new JobStore(files, data);
    await mkdir(store.#folder, { recursive: true });
    for (const id of await readdir(store.#folder)) {
      if (!UUID.test(id)) continue;
      const path = join(store.#folder, id, 'job.json');
      // An upload that was cut off leaves a folder without a record.
      if (!(await files.exists(path))) await rm(join(store.#folder, id), { recursive: true, force: true });
      else {
        const record = await readRecord(files, path);
        if (record?.id === id) store.#jobs.set(id, record);
        else skipped(`${path}: expected a job record of format 1, got something else; left alone`);
      }
    }
    return store;
  }

  get(id: string): JobRecord | undefined {
    return this.#jobs.get(id);
  }

  /** Oldest first. */
  all(): JobRecord[] {
    return [...this.#jobs.values()].sort((a, b) =>
      a.created < b.created ? -1 : Number(a.created > b.created),
    );
  }

  /** The job that stands for a key: a failed one does not, so that it can be asked for again. */
  byKey(key: string): JobRecord | undefined {
    return this.all().findLast((job) => job.key === key && job.state !== 'failed');
  }

  /** An asset and the job that it lies with. */
  asset(id: string): { job: JobRecord; asset: JobAsset } | undefined {
    for (const job of this.#jobs.values()) {
      const asset = job.assets.find((one) => one.id === id);
      if (asset) return { job, asset };
    }
    return undefined;
  }

  async put(record: JobRecord): Promise<void> {
    this.#jobs.set(record.id, record);
    const before = this.#writing.get(record.id) ?? Promise.resolve();
    const write = before
      .catch(() => {})
      .then(async () => {
        // Removed meanwhile: writing would bring the folder back.
        if (!this.#jobs.has(record.id)) return;
        await this.#files.write(
          join(this.folder(record.id), 'job.json'),
          `${JSON.stringify(record, null, 1)}\n`,
        );
      });
    this.#writing.set(record.id, write);
    await write.finally(() => {
      if (this.#writing.get(record.id) === write) this.#writing.delete(record.id);
    });
  }

  /** Forgets a job and deletes all its files. */
  async remove(id: string): Promise<void> {
    this.#jobs.delete(id);
    await this.#writing.get(id)?.catch(() => {});
    await rm(this.folder(id), { recursive: true, force: true });
  }

  folder(id: string): string {
    return join(this.#folder, id);
  }

  /** Where a job's results lie. */
  out(id: string): string {
    return join(this.folder(id), 'out');
  }

  /** Bytes of a job's folder. */
  size(id: string): Promise<number> {
    return bytesBelow(this.folder(id));
  }
}

async function readRecord(files: Files, path: string): Promise<JobRecord | null> {
  try {
    return JobRecordSchema.parse(JSON.parse(new TextDecoder().decode(await files.read(path))));
  } catch {
    return null;
  }
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((a, b) => a + b, 0);
}
