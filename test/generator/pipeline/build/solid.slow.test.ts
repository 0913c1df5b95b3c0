import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { degrees } from '@turnaround/plugin/asset';
import { validateBytes } from 'gltf-validator';
import { afterAll, describe, expect, it } from 'vitest';
import { fitScale, median, pearson, spearman } from '../../../../generator/src/evaluation/index.ts';
import { decodeDepth, viewDepth } from '../../../../generator/src/impostor/depth/index.ts';
import { readCharacter } from '../../../../generator/src/impostor/index.ts';
import { BUILD_DEFAULTS, buildCharacter } from '../../../../generator/src/pipeline/build/index.ts';
import { openPlatform, writeFolder } from './folder.ts';
import { solidView, unevenYaws } from './solid.ts';

const folder = mkdtempSync(join(tmpdir(), 'turnaround-solid-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Turns to the viewer's left: the yaws fall. */
const views = unevenYaws(-0.8, 15)
  .reverse()
  .map((yaw) => solidView(yaw));

describe('buildCharacter', () => {
  it('finds the turn and the relief of a solid that is no head', async () => {
    const images = await writeFolder(
      join(folder, 'jar'),
      Object.fromEntries(views.map(({ image }, k) => [`jar${k + 1}.png`, image])),
    );
    const { platform, warnings } = openPlatform();
    const options = {
      ...BUILD_DEFAULTS,
      images,
      out: join(folder, 'out'),
      name: 'jar',
      turns: null,
      degrees: null,
      frontal: 8,
      matte: null,
      steps: 80,
    };
    const { made, character } = await buildCharacter(platform, options);
    expect(made).toBe(true);
    expect(warnings).toEqual([]);
    expect(character.turns).toBe('left');
    expect(character.views.map(({ picture }) => picture)).toEqual(views.map((_, k) => `jar${k + 1}.png`));

    const about = (list: readonly number[]) => list.map((yaw) => yaw - list[7]!);
    const own = about(character.views.map(({ yawDegrees }) => yawDegrees));
    const truth = about(views.map(({ yaw }) => degrees(yaw)));
    const scale = fitScale(own, truth);
    const steps = (list: readonly number[]) => list.slice(1).map((yaw, k) => yaw - list[k]!);
    expect(spearman(own, truth)).toBe(1);
    expect(pearson(steps(own), steps(truth))).toBeGreaterThan(0.9);
    expect(median(own.map((yaw, k) => Math.abs(scale * yaw - truth[k]!)))).toBeLessThan(1.5);
    expect(scale).toBeGreaterThan(0.7);
    expect(scale).toBeLessThan(1.4);

    const bytes = new Uint8Array(readFileSync(join(options.out, character.file)));
    const { issues } = await validateBytes(bytes);
    expect(issues.numErrors).toBe(0);
    const { extension, depth } = await readCharacter(bytes);
    const atlas = decodeDepth(await platform.images.decode(depth!.bytes), extension.depth!);
    const likeness = extension.views.map((view, k) => {
      const stored = viewDepth(atlas, view.rectangle).data;
      // Views in the file stand by rising yaw.
      const seen = views[views.length - 1 - k]!;
      const inside = Array.from(seen.mask.keys()).filter(
        (i) => seen.mask[i]! > 0.9 && Number.isFinite(stored[i]!),
      );
      return pearson(
        inside.map((i) => stored[i]!),
        inside.map((i) => seen.depth[i]!),
      );
    });
    expect(median(likeness)).toBeGreaterThan(0.85);

    const again = await buildCharacter(platform, options);
    expect(again.made).toBe(false);
    expect(again.character).toEqual(character);
  }, 600_000);
});
