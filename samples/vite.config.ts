import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import { characterFolder } from './character-folder.ts';

const root = dirname(fileURLToPath(import.meta.url));

/** `npm run preview`: the viewer, from the plugin's sources, with what was generated into `out/`. */
export default defineConfig({
  root,
  publicDir: false,
  resolve: { conditions: ['source', ...defaultClientConditions] },
  plugins: [characterFolder(join(root, '..', 'out'))],
});
