/** Builds one person of the sweeps of pictures alone, and judges the character's file by the truth. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { degrees } from '@turnaround/plugin/asset';
import { validateBytes } from 'gltf-validator';
import { median, spearman } from '../../../generator/src/evaluation/index.ts';
import { decodeDepth, isDepth, viewDepth } from '../../../generator/src/impostor/depth/index.ts';
import { readCharacter } from '../../../generator/src/impostor/index.ts';
import { BUILD_DEFAULTS, buildCharacter } from '../../../generator/src/pipeline/build/index.ts';
import type { Platform } from '../../../generator/src/pipeline/platform.ts';
import { createFiles } from '../../../generator/src/platform/files.ts';
import { createImageCodec } from '../../../generator/src/platform/image-codec.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import { createWorkerTrainingRuntime } from '../../../generator/src/platform/worker-training-runtime.ts';
import { chooseViews } from './choose-views.ts';
import { compareDepth } from './depth-figures.ts';
import type { Sweep } from './sweeps.ts';
import { yawFigures } from './yaw-figures.ts';

export interface PersonOptions {
  /** The portraits' folder. */
  readonly data: string;
  /** Where pictures and characters are put. */
  readonly folder: string;
  readonly views: number;
  readonly seed: number;
  readonly threads: number;
  readonly steps: number;
  /** Model folder to begin from, or null. */
  readonly from: string | null;
  readonly workSide: number;
  readonly onProgress: (text: string) => void;
}

export interface BuiltFigures {
  readonly subject: number;
  readonly turns: 'right' | 'left';
  readonly yawSpearman: number;
  /** Degrees against the middle view, after one scale. */
  readonly yawMedianDeg: number;
  /** truth ÷ own. */
  readonly yawScale: number;
  /** Own yaw of the view that faces the camera, degrees. */
  readonly frontalDeg: number;
  readonly frontalFrom: string;
  /** Median over views of the correlation within the true mask, where the file has depth. */
  readonly depthPearson: number;
  readonly depthPearsonWorst: number;
  /** Share of the true masks' pixels for which the file has depth. */
  readonly depthCover: number;
  readonly warpError: number;
  readonly unwarpedError: number;
  readonly minutes: number;
  readonly glbValid: boolean;
  readonly bytes: number;
}

const two = (number: number) => String(number).padStart(2, '0');
const rounded = (value: number) => Number(value.toFixed(4));

export async function buildPerson(sweep: Sweep, options: PersonOptions): Promise<BuiltFigures> {
  const { data, folder, seed, threads, onProgress } = options;
  const { subject } = sweep;
  const chosen = chooseViews(sweep.views.length, options.views, seed, subject);
  const images = join(folder, `person-${subject}`);
  mkdirSync(images, { recursive: true });
  // Named by place, so that nothing but the order is given away.
  chosen.forEach((view, k) => {
    copyFileSync(join(data, 'sweeps', two(subject), `${two(view)}.webp`), join(images, `${k + 1}.webp`));
  });
  const start = performance.now();
  const platform = openPlatform(threads, onProgress);
  const { character } = await buildCharacter(platform, {
    ...BUILD_DEFAULTS,
    images,
    out: folder,
    name: `person-${subject}`,
    turns: null,
    degrees: null,
    frontal: null,
    matte: null,
    steps: options.steps,
    from: options.from,
    workSide: options.workSide,
  });
  const minutes = (performance.now() - start) / 60_000;

  const bytes = new Uint8Array(readFileSync(join(folder, character.file)));
  const { extension, depth } = await readCharacter(bytes);
  const truth = chosen.map((view) => sweep.views[view]!);
  const own = character.views.map(({ yawDegrees }) => (yawDegrees * Math.PI) / 180);
  const yaw = yawFigures([{ own, truth: truth.map((view) => view.yaw) }]);
  const atlas = decodeDepth(await platform.images.decode(depth!.bytes), extension.depth!);
  // The file's views stand by rising yaw.
  const rising = character.turns === 'right' ? truth : truth.toReversed();
  let [inside, covered] = [0, 0];
  const likeness = extension.views.map((view, k) => {
    const seen = rising[k]!;
    const stored = viewDepth(atlas, view.rectangle).data;
    const mask = seen.mask.map((share, i) => (isDepth(stored[i]!) ? share : 0));
    inside += seen.mask.filter((share) => share > 0.5).length;
    covered += mask.filter((share) => share > 0.5).length;
    return compareDepth(stored, { ...seen, mask }).moments.pearson() || 0;
  });
  const facing = own[truth.indexOf(nearestToFrontal(truth))]!;
  return {
    subject,
    turns: character.turns,
    yawSpearman: rounded(
      spearman(
        own,
        truth.map((view) => view.yaw),
      ) || 0,
    ),
    yawMedianDeg: rounded(yaw.medianDeg),
    yawScale: rounded(yaw.scale),
    frontalDeg: rounded(degrees(facing - nearestToFrontal(truth).yaw / yaw.scale)),
    frontalFrom: character.frontalFrom,
    depthPearson: rounded(median(likeness)),
    depthPearsonWorst: rounded(Math.min(...likeness)),
    depthCover: rounded(covered / inside),
    warpError: rounded(character.warpError),
    unwarpedError: rounded(character.unwarpedError),
    minutes: rounded(minutes),
    glbValid: (await validateBytes(bytes)).issues.numErrors === 0,
    bytes: bytes.byteLength,
  };
}

const nearestToFrontal = <T extends { readonly yaw: number }>(views: readonly T[]): T =>
  views.reduce((a, b) => (Math.abs(b.yaw) < Math.abs(a.yaw) ? b : a));

function openPlatform(threads: number, onProgress: (text: string) => void): Platform {
  let shown = Number.NEGATIVE_INFINITY;
  return {
    files: createFiles(),
    images: createImageCodec(),
    runtime: createRuntime({ threads }),
    openTraining: () => createWorkerTrainingRuntime({ threads }),
    signal: new AbortController().signal,
    progress({ stage, done, total, text }) {
      if (performance.now() - shown < 20_000) return;
      shown = performance.now();
      onProgress(`${stage} ${done}/${total} ${text ?? ''}`);
    },
    warn: (message) => onProgress(`warning: ${message}`),
  };
}
