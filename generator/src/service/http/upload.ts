import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { type Upload, uploadPath } from '../jobs/job-queue.ts';
import type { JobStore } from '../jobs/job-store.ts';
import { Problem } from '../problem.ts';

/** Uploads that may run at once: each can take the whole bound of disk before anything is known of it. */
const MOST_UPLOADS = 2;

/** Bounds the uploads that run at once. */
export class UploadSlots {
  #used = 0;

  /** @throws Problem `too-many-uploads` */
  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#used >= MOST_UPLOADS)
      throw new Problem('too-many-uploads', `uploads: expected at most ${MOST_UPLOADS} at once`, {
        headers: { 'Retry-After': '10' },
      });
    this.#used++;
    try {
      return await work();
    } finally {
      this.#used--;
    }
  }
}

/**
 * Writes a body to the folder of a job that is to be, as it comes. Nothing stays of one that is too long or breaks off.
 * @throws Problem `too-large`; `invalid` where it is empty
 */
export async function receiveUpload(
  request: IncomingMessage,
  store: JobStore,
  name: string,
  most: number,
): Promise<Upload> {
  const tooLarge = () => new Problem('too-large', `body: expected at most ${most} bytes`);
  if (Number(request.headers['content-length']) > most) throw tooLarge();
  const id = randomUUID();
  await mkdir(store.folder(id), { recursive: true });
  try {
    const file = await open(uploadPath(store.folder(id), name), 'wx');
    try {
      const hash = createHash('sha256');
      let bytes = 0;
      // The request has to outlive an error: its socket carries the answer.
      for await (const chunk of request.iterator({ destroyOnReturn: false })) {
        bytes += (chunk as Buffer).byteLength;
        if (bytes > most) throw tooLarge();
        hash.update(chunk as Buffer);
        await file.appendFile(chunk as Buffer);
      }
      if (bytes === 0) throw new Problem('invalid', 'body: expected a checkpoint, got nothing');
      await file.sync();
      return { id, sha256: hash.digest('hex') };
    } finally {
      await file.close();
    }
  } catch (error) {
    await store.remove(id);
    // The client is gone; there is no one to answer.
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET')
      throw new Problem('malformed-request', 'body: it broke off');
    throw error;
  }
}
