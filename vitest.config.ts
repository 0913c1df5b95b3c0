import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that start a browser or the command line take longest: begun last, one of them would be waited for alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = ({ moduleId }: TestSpecification) => /\/test\/(e2e|generator\/cli)\//.test(moduleId);
    return [...sorted.filter(long), ...sorted.filter((file) => !long(file))];
  }
}

/** Tests run on the sources: the `source` export condition skips the build. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  // Not `import`: Node is given these too, and `require` would then find modules where packages have both forms.
  ssr: { resolve: { conditions: ['source', 'node'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.slow.test.ts', '**/node_modules/**'],
    globalSetup: 'test/built-once.ts',
    sequence: { sequencer: LongestFirst },
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // One more than cores: tests in a browser wait as much as they compute.
    maxWorkers: 3,
  },
});
