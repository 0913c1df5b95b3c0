import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const root = dirname(fileURLToPath(import.meta.url));
const source = join(root, 'src');

/**
 * JavaScript beside the declarations that `tsc -b` writes: a module for each source file, so that deep imports bring
 * only what they name, with the shaders' text inside and Babylon outside.
 */
export default defineConfig({
  root,
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: join(root, 'dist'),
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    lib: {
      formats: ['es'],
      entry: Object.fromEntries(
        [
          'index',
          'asset/index',
          'crowd/index',
          'exporter/index',
          'impostor/index',
          'live/index',
          'loader/index',
          'loader/register',
          'synthesis/index',
          'viewer/index',
        ].map((name) => [name, join(source, `${name}.ts`)]),
      ),
    },
    rolldownOptions: {
      external: /^(@babylonjs|meshoptimizer)\//,
      output: { preserveModules: true, preserveModulesRoot: source, entryFileNames: '[name].js' },
    },
  },
});
