import { mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** The long tests: `npm run test:slow`. */
const config = mergeConfig(base, { test: { testTimeout: 3_600_000, fileParallelism: false } });
config.test.include = ['test/**/*.slow.test.ts'];
config.test.exclude = ['**/node_modules/**'];
export default config;
