// Builds the panel for its three hosts: modules (with Babylon, React and the plugin outside), a page with all inside, and a
// CommonJS file with all but React inside, as the Babylon.js Editor brings Babylon in another form.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, defaultClientConditions } from 'vite';

const root = dirname(fileURLToPath(import.meta.url));
const source = join(root, 'src');
const out = join(root, 'dist');
/** Styles go inside wherever they come from. */
const OUTSIDE = /^(@babylonjs\/.*|react|@turnaround\/plugin(?!.*\.css$).*)$/;
const common = {
  configFile: false,
  root,
  logLevel: 'warn',
  // The plugin's sources: one build needs no other to have run before.
  resolve: { conditions: ['source', ...defaultClientConditions] },
};

await build({
  ...common,
  build: {
    target: 'es2022',
    outDir: out,
    emptyOutDir: false,
    minify: false,
    sourcemap: true,
    lib: {
      formats: ['es'],
      entry: { index: join(source, 'index.ts'), 'inspector/index': join(source, 'inspector/index.ts') },
    },
    rolldownOptions: { external: (id) => OUTSIDE.test(id), output: { chunkFileNames: '[name].js' } },
  },
});

await build({
  ...common,
  base: './',
  build: { target: 'es2022', outDir: join(out, 'page'), emptyOutDir: true, chunkSizeWarningLimit: 2000 },
});

await build({
  ...common,
  build: {
    target: 'es2022',
    outDir: join(out, 'editor'),
    emptyOutDir: false,
    minify: true,
    chunkSizeWarningLimit: 4000,
    lib: { formats: ['cjs'], entry: { index: join(source, 'editor/index.ts') }, fileName: () => 'index.cjs' },
    rolldownOptions: { external: 'react', output: { codeSplitting: false } },
  },
});
