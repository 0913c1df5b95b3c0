import { degrees, radians } from './camera.ts';
import type { DepthRange } from './depth.ts';
import { AssetError } from './errors.ts';
import { findMismatch, type JsonSchema } from './json-schema.ts';
import type { ViewRange } from './view-grid.ts';

/** Version of `live.json` that this code writes and reads. */
export const LIVE_FORMAT_VERSION = 1;

/** The files that stand beside every `live.json`. */
export const LIVE_FILES = ['live.onnx', 'mapping.onnx'] as const;

/** Beside them where `half`: the network of `live.onnx`, computed in half precision, for GPUs with `shader-f16`. */
export const LIVE_HALF_FILE = 'live.half.onnx';

/** One file beside `live.json`. */
export interface LiveFile {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** A way to change a subject. */
export interface LiveDirection {
  /** For people, on a slider. */
  readonly name: string;
  /** [wDim], what a slider's unit step adds to w; does not turn the subject. */
  readonly vector: readonly number[];
}

/**
 * `live.json`: a calibrated model as two networks that draw while the camera turns. `mapping.onnx` takes `z` f32
 * [N,zDim] to `w` f32 [N,wDim]; `live.onnx` takes `w` (truncated), `edit` f32 [N,layers,wDim] and `yaw` f32 [N] (radians)
 * to `image` f32 [N,3,R,R] (RGB −1..1), `alpha` and `depth` f32 [N,1,R,R].
 */
export interface LiveManifest {
  readonly formatVersion: number;
  readonly name: string;
  /** SHA-256 of the model's `model.json`, lower-case hexadecimal. */
  readonly modelHash: string;
  readonly licence: string;
  /** Whom the licence asks to name. */
  readonly attribution: string;
  /** What the model was imported from. */
  readonly source: string;
  /** R, pixels of a picture's side. */
  readonly resolution: number;
  readonly zDim: number;
  readonly wDim: number;
  /** W+ layers of the synthesis network. */
  readonly layers: number;
  /** [wDim], the centre of truncation. */
  readonly wAverage: readonly number[];
  /** Focal length in half-widths of the picture. */
  readonly focal: number;
  /** Width and height of a picture's frame at the pivot, in the node's space (metres). */
  readonly frame: readonly [number, number];
  /** Point about which the views orbit, in the node's space. */
  readonly pivot: readonly [number, number, number];
  /** Yaws that the model can show, radians; degrees in the file. */
  readonly range: ViewRange;
  /** Nearest and farthest depth that is drawn; two numbers in the file. */
  readonly depthRange: DepthRange;
  readonly directions: readonly LiveDirection[];
  /** Whether views are mended. */
  readonly refined: boolean;
  /** Whether weights are stored in half precision; `live.onnx` widens them when it is loaded. */
  readonly half: boolean;
  /** By name; at least `LIVE_FILES`, and `LIVE_HALF_FILE` where it is there. */
  readonly files: Readonly<Record<string, LiveFile>>;
}

const SHA256 = { type: 'string', pattern: '^[0-9a-f]{64}$' } as const;
const COUNT = { type: 'integer', minimum: 1 } as const;
const NUMBERS = { type: 'array', items: { type: 'number' } } as const;
const YAW = { type: 'number', minimum: -180, maximum: 180 } as const;
const LENGTH = { type: 'number', exclusiveMinimum: 0 } as const;
const listOf = (items: JsonSchema, count: number): JsonSchema => ({
  type: 'array',
  items,
  minItems: count,
  maxItems: count,
});
const objectOf = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
});

/** Names alone: what a manifest names is fetched from its own folder. */
const FILE_NAME: JsonSchema = { type: 'string', pattern: String.raw`^\w[\w.\-]*$` };
/** ONNX files cannot be larger. */
const FILE = objectOf({ sha256: SHA256, bytes: { ...COUNT, maximum: 2 ** 31 } });

const SCHEMA = objectOf({
  formatVersion: { const: LIVE_FORMAT_VERSION },
  name: { type: 'string', minLength: 1 },
  modelHash: SHA256,
  licence: { type: 'string' },
  attribution: { type: 'string' },
  source: { type: 'string' },
  resolution: { type: 'integer', minimum: 8 },
  zDim: COUNT,
  wDim: COUNT,
  layers: COUNT,
  wAverage: NUMBERS,
  focal: LENGTH,
  frame: listOf(LENGTH, 2),
  pivot: listOf({ type: 'number' }, 3),
  range: listOf(YAW, 2),
  depthRange: listOf(LENGTH, 2),
  directions: {
    type: 'array',
    items: objectOf({ name: { type: 'string', minLength: 1 }, vector: NUMBERS }),
  },
  refined: { type: 'boolean' },
  half: { type: 'boolean' },
  files: objectOf(Object.fromEntries(LIVE_FILES.map((name) => [name, FILE]))),
});

/** What stands in the file. */
export type LiveManifestJson = Omit<LiveManifest, 'range' | 'depthRange'> & {
  /** Degrees. */
  readonly range: readonly [minimum: number, maximum: number];
  readonly depthRange: readonly [near: number, far: number];
};

/** A manifest as it is written: yaws in degrees. */
export function liveManifestJson(manifest: LiveManifest): LiveManifestJson {
  const { range, depthRange } = manifest;
  // Radians of whole degrees come back as whole degrees.
  const written = (yaw: number): number => Number(degrees(yaw).toFixed(9));
  return {
    ...manifest,
    range: [written(range.minimum), written(range.maximum)],
    depthRange: [depthRange.near, depthRange.far],
  };
}

/**
 * Returns parsed JSON as a manifest, yaws in radians.
 *
 * @param json  contents of `live.json`
 * @throws AssetError with `code` `live-manifest` where a value is missing, of the wrong kind or does not go with the
 * others; the message says where, what was expected and what stood there
 */
export function validateLiveManifest(json: unknown): LiveManifest {
  checkVersion(json);
  check(json, SCHEMA, '');
  const read = json as LiveManifestJson;
  const { wDim, directions, files } = read;
  const [minimum, maximum] = read.range;
  const [near, far] = read.depthRange;
  checkLength('wAverage', read.wAverage, wDim);
  if (minimum > maximum) throw refuse('range[1]', `at least ${minimum}`, `${maximum}`);
  if (near >= far) throw refuse('depthRange[1]', `more than ${near}`, `${far}`);
  for (const [k, { vector }] of directions.entries()) checkLength(`directions[${k}].vector`, vector, wDim);
  for (const [name, file] of Object.entries(files)) {
    check(name, FILE_NAME, 'a name in files');
    check(file, FILE, `files.${name}`);
  }
  return {
    ...read,
    range: { minimum: radians(minimum), maximum: radians(maximum) },
    depthRange: { near, far },
  };
}

function refuse(path: string, expected: string, got: string): AssetError {
  const place = path === '' ? '' : ` ${path}`;
  return new AssetError('live-manifest', `live.json: expected${place} ${expected}, got ${got}`);
}

/** A newer layout may differ anywhere, so its version is told before anything else. */
function checkVersion(json: unknown): void {
  if (typeof json !== 'object' || json === null || !('formatVersion' in json)) return;
  const { formatVersion } = json;
  if (Number.isInteger(formatVersion) && formatVersion !== LIVE_FORMAT_VERSION)
    throw refuse('formatVersion', `${LIVE_FORMAT_VERSION}`, `${formatVersion}`);
}

function check(value: unknown, schema: JsonSchema, path: string): void {
  const found = findMismatch(value, schema, schema, path);
  if (found) throw refuse(found.path, found.expected, found.got);
}

function checkLength(path: string, { length }: readonly number[], wDim: number): void {
  if (length !== wDim) throw refuse(path, `as many numbers as wDim, ${wDim}`, `${length}`);
}
