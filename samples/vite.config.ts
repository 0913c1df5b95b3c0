import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import { characterFolder } from './character-folder.ts';
import { exportLive } from './export-live.ts';
import { isolation } from './isolation.ts';
import { liveModels } from './live-models.ts';
import { runtimeFiles } from './runtime-files.ts';

const samples = dirname(fileURLToPath(import.meta.url));
const root = join(samples, '..');

/** `npm run preview`: the pages, from the plugin's sources, with what was generated into `out/` and the models that draw live. */
export default defineConfig({
  root: samples,
  publicDir: false,
  resolve: { conditions: ['source', ...defaultClientConditions] },
  plugins: [
    isolation(),
    characterFolder(join(root, 'out')),
    runtimeFiles(join(root, 'node_modules', 'onnxruntime-web', 'dist')),
    liveModels({
      models: join(root, 'models'),
      built: join(root, 'out', 'live'),
      builder: join(root, 'generator', 'tsconfig.tsbuildinfo'),
      build: (model, out) => exportLive(root, model, out),
    }),
  ],
});
