import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { nameIn, send, sendFile } from './serve-file.ts';

/** ONNX Runtime's modules and what they fetch; a name, so nothing outside the folder. */
const NAME = /^ort(-wasm)?[-.\w]*\.(mjs|wasm)$/;

/** Serves ONNX Runtime's own files under `/ort/`, as they are: none comes from a CDN, and Vite leaves them alone. */
export function runtimeFiles(folder: string): Plugin {
  return {
    name: 'turnaround:runtime-files',
    configureServer({ middlewares }) {
      middlewares.use('/ort', async (request, response) => {
        const name = nameIn(request.url ?? '/') ?? '';
        const path = join(folder, name);
        const found = NAME.test(name) ? await stat(path).catch(() => null) : null;
        if (!found?.isFile()) return send(response, 404, 'no such file of ONNX Runtime');
        const type = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
        sendFile(response, { path, bytes: found.size }, type);
      });
    },
  };
}
