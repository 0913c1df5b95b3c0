import { defineConfig } from 'vitest/config';

/** Tests run on the sources: the `source` export condition skips the build. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  // Not `import`: Node is given these too, and `require` would then find modules where packages have both forms.
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.slow.test.ts', '**/node_modules/**'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // One more than cores: tests in a browser wait as much as they compute.
    maxWorkers: 3,
  },
});
