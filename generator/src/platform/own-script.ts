import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Arguments of Node that run a script of this folder in a process of its own. It has this file's extension: sources
 * need tsx again in a new process.
 */
export function ownScript(name: string): string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(new URL(`./${name}.js`, import.meta.url))];
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return ['--import', loader, '--conditions=source', fileURLToPath(new URL(`./${name}.ts`, import.meta.url))];
}
