import { join } from 'node:path';
import { createServer, defaultClientConditions, type ViteDevServer } from 'vite';
import { characterFolder } from '../../samples/character-folder.ts';
import { ROOT } from '../shared.ts';

/** The samples' pages as `npm run preview` serves them, with the characters of `home/out`; not listening yet. */
export const serveSamples = (home: string): Promise<ViteDevServer> =>
  createServer({
    configFile: false,
    root: join(ROOT, 'samples'),
    publicDir: false,
    cacheDir: join(home, 'cache'),
    logLevel: 'error',
    resolve: { conditions: ['source', ...defaultClientConditions] },
    plugins: [characterFolder(join(home, 'out'))],
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
