import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import type { RequestHandler } from 'express';
import helmet from 'helmet';

/**
 * What the panel's page may do: its own scripts and styles, no inline ones. Its decoder of compressed meshes is WebAssembly,
 * textures come through addresses of blobs.
 */
const allowOwnContent = helmet.contentSecurityPolicy({
  useDefaults: false,
  directives: {
    'default-src': ["'none'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'blob:', 'data:'],
    'connect-src': ["'self'", 'blob:'],
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
    'frame-ancestors': ["'none'"],
  },
});

/** Names of built scripts and styles hold a hash of their content. */
const HASHED = /^assets\//;

/** The folder of the built panel; null where it has not been built. */
export function findPanel(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('@turnaround/editor-extension/page/index.html'));
  } catch {
    return null;
  }
}

/** Serves the files of the panel's folder, as they are listed when the service starts; what is not listed is not there. */
export function servePanel(folder: string): RequestHandler {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  const byPath = new Map(files.map((file) => [`/${file.split(sep).join('/')}`, file]));
  byPath.set('/', 'index.html');
  return (request, response, next) => {
    const file = byPath.get(request.path);
    if (file === undefined || !['GET', 'HEAD'].includes(request.method)) return next();
    response.locals['route'] = 'panel';
    const kept = HASHED.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache';
    allowOwnContent(request, response, () => {
      response.sendFile(file, { root: folder, cacheControl: false, headers: { 'Cache-Control': kept } });
    });
  };
}
