import { join } from 'node:path';
import { createServer, defaultClientConditions, type ViteDevServer } from 'vite';
import { characterFolder } from '../../samples/character-folder.ts';
import { isolation } from '../../samples/isolation.ts';
import { liveModels } from '../../samples/live-models.ts';
import { runtimeFiles } from '../../samples/runtime-files.ts';
import { ROOT } from '../shared.ts';

/**
 * The samples' pages as `npm run preview` serves them, with the characters of `home/out` and the models of `home/models`, whose
 * networks have to be there; not listening yet.
 */
export const serveSamples = (home: string): Promise<ViteDevServer> =>
  createServer({
    configFile: false,
    root: join(ROOT, 'samples'),
    publicDir: false,
    cacheDir: join(home, 'cache'),
    logLevel: 'error',
    resolve: { conditions: ['source', ...defaultClientConditions] },
    plugins: [
      isolation(),
      characterFolder(join(home, 'out')),
      runtimeFiles(join(ROOT, 'node_modules', 'onnxruntime-web', 'dist')),
      liveModels({
        models: join(home, 'models'),
        built: join(home, 'built'),
        build: (model) => Promise.reject(new Error(`${model} has no live.json of its model.json`)),
      }),
    ],
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
  });
