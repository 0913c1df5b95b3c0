import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MODEL, turnaround } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-placement-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('--placement says how many nodes of each network every provider got', async () => {
  const args = ['generate', '--model', MODEL, '--out', folder, '--seeds', '0', '--views', '2'];
  const { code, stdout, stderr } = await turnaround([...args, '--device', 'cpu', '--placement', '--json']);
  expect(code, stderr).toBe(0);
  for (const network of ['mapping', 'synthesis'])
    expect(stderr).toMatch(
      new RegExp(`^placement: ${network}: [1-9]\\d* nodes on CPUExecutionProvider$`, 'm'),
    );
  expect(JSON.parse(stdout)).toMatchObject({ made: 1 });
});
