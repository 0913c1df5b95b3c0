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

/**
 * The script of a worker thread beside a module, in the form that the module has itself: sources need tsx again in a
 * new thread.
 * @param module  `import.meta.url` of the module
 */
export function ownThread(module: string, name: string): URL {
  if (!module.endsWith('.ts')) return new URL(`./${name}.js`, module);
  // `require` finds the CommonJS form; its neighbour is the one that a module can import.
  const found = createRequire(import.meta.url).resolve('tsx/esm/api');
  const loader = pathToFileURL(found.replace(/\.cjs$/, '.mjs'));
  const code = `import { register } from '${loader}'; register(); await import('${new URL(`./${name}.ts`, module)}');`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
