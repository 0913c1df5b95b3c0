import { degrees, type ImpostorExtension } from '@turnaround/plugin/asset';
import { Command } from 'commander';
import { describeCheckpoint } from '../checkpoint/index.ts';
import { readCharacter } from '../impostor/index.ts';
import { whyEstimates } from '../pipeline/calibrate/why-estimates.ts';
import { readModelFile, readModelManifest } from '../pipeline/model-manifest.ts';
import { reachableDegrees } from '../pipeline/sweep.ts';
import { createFiles } from '../platform/files.ts';
import { jsonOption } from './machine.ts';
import { createTerminal } from './terminal.ts';

/** What `inspect` found: an object for scripts and lines for people. */
interface Finding {
  readonly json: Record<string, unknown>;
  readonly lines: readonly string[];
}

const files = createFiles();

/** `turnaround inspect`: says what a character, a model folder or a checkpoint holds. */
export function inspectCommand(): Command {
  return new Command('inspect')
    .description(
      'Say what a character (.glb), a model folder or a checkpoint (.pkl, .pt) holds, and whether it is whole',
    )
    .argument('<path>', 'file or folder')
    .addOption(jsonOption())
    .action(async (path: string, { json }: { json: boolean }) => {
      const finding = await inspect(path);
      createTerminal(json, process.stdout, process.stderr).result(finding.json, finding.lines);
    });
}

async function inspect(path: string): Promise<Finding> {
  if (await files.exists(`${path}/model.json`)) return inspectModel(path);
  if (path.endsWith('.pkl') || path.endsWith('.pt')) {
    const summary = describeCheckpoint(await files.read(path));
    return { json: { kind: 'checkpoint', ...summary }, lines: table(summary) };
  }
  if (path.endsWith('.glb')) return inspectCharacter(path);
  const message = `inspect: expected a .glb, .pkl or .pt file, or a folder with a model.json, got ${path}`;
  throw Object.assign(new Error(message), { code: 'inspect' });
}

async function inspectModel(folder: string): Promise<Finding> {
  const { manifest, hash } = await readModelManifest(files, folder);
  for (const name of Object.keys(manifest.files)) await readModelFile(files, folder, manifest, name);
  const { direction, calibration } = manifest;
  const facts = {
    name: manifest.name,
    hash,
    resolution: manifest.resolution,
    layers: manifest.layers,
    precision: manifest.precision,
    licence: manifest.licence,
    attribution: manifest.attribution,
    source: manifest.source.file,
    files: Object.keys(manifest.files).join(', '),
    direction: direction ? direction.id : manifest.directionStatus,
    mirrorRatio: direction?.mirrorRatio ?? null,
    reachDegrees: direction ? reachableDegrees(direction, manifest) : null,
    calibrated: manifest.calibrated,
    nets: calibration ? `${calibration.config}, ${calibration.steps} steps` : 'none',
    estimatesBecause: whyEstimates(manifest),
    yawScale:
      manifest.calibrated && calibration
        ? `${calibration.scale.toFixed(3)} (${calibration.scaleSource})`
        : null,
  };
  return { json: { kind: 'model', ...facts }, lines: table(facts) };
}

async function inspectCharacter(path: string): Promise<Finding> {
  const bytes = await files.read(path);
  const { extension, atlas, depth, copyright, generator } = await readCharacter(bytes);
  const facts = {
    bytes: bytes.byteLength,
    atlas: `${extension.atlasSize.join('×')} ${atlas.mimeType}, ${atlas.bytes.byteLength} bytes`,
    depth: depth ? `${describeDepth(extension)}, ${depth.mimeType}, ${depth.bytes.byteLength} bytes` : 'none',
    calibrated: extension.calibrated,
    ...extension.provenance,
    generator,
    copyright,
  };
  const views = extension.views.map(({ yaw, pitch, rectangle, focal }) => ({
    yaw: degrees(yaw),
    pitch: degrees(pitch),
    rectangle,
    ...(focal === undefined ? {} : { focal }),
  }));
  const yaws = views.map(({ yaw }) => Math.round(10 * yaw) / 10).join(' ');
  return {
    json: {
      kind: 'character',
      ...facts,
      atlas: { ...atlas, bytes: atlas.bytes.byteLength, size: extension.atlasSize },
      depth: depth && { ...extension.depth, mimeType: depth.mimeType, bytes: depth.bytes.byteLength },
      views,
    },
    lines: [
      ...table(facts),
      `views ${views.length} at ${extension.calibrated ? '' : 'about '}${yaws} degrees`,
    ],
  };
}

/** Nearest and farthest distance, as shares of the camera's distance from the pivot. */
function describeDepth({ depth }: ImpostorExtension): string {
  return depth ? `${depth.near.toFixed(3)} to ${depth.far.toFixed(3)}` : 'none';
}

function table(facts: object): string[] {
  return Object.entries(facts).map(
    ([name, value]) => `${name} ${Array.isArray(value) ? value.join(' ') : String(value)}`,
  );
}
