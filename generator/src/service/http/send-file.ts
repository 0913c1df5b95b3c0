import type { Response } from 'express';

/**
 * Sends a file of a folder; ranges and conditions are express's. A client that breaks off is no error of ours.
 * @param file one component below `root`
 */
export function sendStored(
  response: Response,
  root: string,
  file: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { root, cacheControl: false, lastModified: false, headers };
    response.sendFile(file, options, (error) => {
      const { code } = (error ?? {}) as NodeJS.ErrnoException;
      if (!error || code === 'ECONNABORTED' || code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}
