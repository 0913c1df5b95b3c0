import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';

/** A file that is there. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
}

/** What an address asks for, without query and the slashes before it; null where it cannot be decoded. */
export function nameIn(url: string): string | null {
  try {
    return decodeURIComponent(url.split(/[?#]/)[0]!).replace(/^\/+/, '');
  } catch {
    return null;
  }
}

/** Answers with words. */
export function send(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.setHeader('cache-control', 'no-store');
  response.end(text);
}

/** Answers with a file as it is. */
export function sendFile(response: ServerResponse, { path, bytes }: FoundFile, type: string): void {
  response.writeHead(200, { 'content-type': type, 'content-length': bytes, 'cache-control': 'no-store' });
  createReadStream(path)
    .on('error', () => response.destroy())
    .pipe(response);
}
