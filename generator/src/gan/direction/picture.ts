import type { RgbaImage } from '../../impostor/image.ts';
import { toByte } from '../../impostor/image.ts';
import { drawText, textWidth } from '../../impostor/stroke-font.ts';
import { steps } from './mirror.ts';
import { DRAW_DEFAULTS, subjectLatents, sweeperInput } from './search.ts';
import { Sweeper } from './sweeper.ts';
import type { CandidateScore, DirectionInput, DrawOptions } from './types.ts';
import { CandidateVectors } from './vectors.ts';

export interface CandidatePictureOptions extends DrawOptions {
  /** Rows: the best candidates, one of each vector. */
  readonly candidates: number;
  /** Subjects a row, one under the other. */
  readonly pictured: number;
}

export const CANDIDATE_PICTURE_DEFAULTS: CandidatePictureOptions = {
  ...DRAW_DEFAULTS,
  candidates: 6,
  pictured: 2,
};

/** Columns, standard deviations. */
const COLUMNS: readonly number[] = steps(-2, 2, 0.5);

/** Pixels: between pictures, between candidates, of text, and its least room on the left. */
const [GAP, GROUP_GAP, TEXT, LABEL_WIDTH] = [2, 14, 10, 96] as const;

const PAGE = [236, 238, 241, 255] as const;
const INK = [74, 80, 92] as const;

/**
 * The best candidates for a person to choose from: a group of rows each, the id and the two mirror ratios (pictures,
 * edges) beside it, x from −2 to 2 across. Every vector appears once, on its best layers.
 * @param candidates those of a search, best first
 */
export async function candidatePicture(
  input: DirectionInput,
  candidates: readonly CandidateScore[],
  options: Partial<CandidatePictureOptions> = {},
): Promise<RgbaImage> {
  const settings = { ...CANDIDATE_PICTURE_DEFAULTS, ...options };
  const vectors = new CandidateVectors(input);
  const w = subjectLatents(input, settings, settings.pictured);
  const groups: Group[] = [];
  for (const candidate of eachVectorOnce(candidates).slice(0, settings.candidates)) {
    const sweeper = new Sweeper(
      sweeperInput(input, settings),
      vectors.direction(candidate),
      candidate.layers,
      w,
    );
    const columns: (readonly Float32Array[])[] = [];
    let size = 0;
    for (const x of COLUMNS) {
      const drawn = await sweeper.draw(x);
      size = drawn.size;
      columns.push(drawn.images);
    }
    groups.push({ lines: labelLines(candidate), columns, size });
  }
  return compose(groups, settings.pictured);
}

interface Group {
  readonly lines: readonly string[];
  /** Pictures of all subjects for each column, f32 [3,size,size]. */
  readonly columns: readonly (readonly Float32Array[])[];
  readonly size: number;
}

function eachVectorOnce(candidates: readonly CandidateScore[]): CandidateScore[] {
  const seen = new Set<string>();
  return candidates.filter(({ kind, index, layers, score }) => {
    const key = kind === 'pca' ? `${kind}:${index}` : `${kind}:${index}:${layers.to}`;
    if (score === null || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const labelLines = ({ id, mirrorRatio, edgeRatio }: CandidateScore): string[] => [
  id,
  `${mirrorRatio?.toFixed(2) ?? '-'}  ${edgeRatio?.toFixed(2) ?? '-'}`,
];

function compose(groups: readonly Group[], pictured: number): RgbaImage {
  const size = groups[0]?.size ?? 0;
  const left = Math.max(
    LABEL_WIDTH,
    ...groups.flatMap(({ lines }) => lines.map((line) => Math.ceil(textWidth(line, TEXT)) + 2 * GROUP_GAP)),
  );
  const top = GROUP_GAP + TEXT + GROUP_GAP;
  const groupHeight = pictured * (size + GAP) - GAP + GROUP_GAP;
  const sheet = blank(left + COLUMNS.length * (size + GAP) + GROUP_GAP, top + groups.length * groupHeight);
  const style = { size: TEXT, colour: INK };
  COLUMNS.forEach((x, column) => {
    const label = `${x > 0 ? '+' : ''}${x}`;
    const middle = left + column * (size + GAP) + size / 2;
    drawText(sheet, label, Math.round(middle - textWidth(label, TEXT) / 2), GROUP_GAP, style);
  });
  groups.forEach(({ lines, columns }, group) => {
    const y = top + group * groupHeight;
    lines.forEach((line, k) => {
      drawText(sheet, line, GROUP_GAP, y + GAP + k * 2 * TEXT, style);
    });
    columns.forEach((images, column) => {
      images.forEach((image, row) => {
        paste(sheet, image, size, left + column * (size + GAP), y + row * (size + GAP));
      });
    });
  });
  return sheet;
}

function blank(width: number, height: number): RgbaImage {
  const data = new Uint8ClampedArray(4 * width * height);
  for (let o = 0; o < data.length; o += 4) data.set(PAGE, o);
  return { width, height, data };
}

function paste(sheet: RgbaImage, image: Float32Array, size: number, left: number, top: number): void {
  for (let i = 0; i < size * size; i++) {
    const to = 4 * ((top + Math.floor(i / size)) * sheet.width + left + (i % size));
    for (let channel = 0; channel < 3; channel++)
      sheet.data[to + channel] = toByte(image[channel * size * size + i]!);
  }
}
