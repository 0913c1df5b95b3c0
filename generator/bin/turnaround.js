#!/usr/bin/env node
// A file of its own, so that the command is there, and executable, before the first build.
try {
  await import('../dist/cli/main.js');
} catch (error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !error.message.includes('dist/cli/main.js')) throw error;
  process.stderr.write('turnaround: not built yet; run: npm run build\n');
  process.exitCode = 1;
}
