import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { radians } from '@turnaround/plugin/asset';
import { describe, expect, it } from 'vitest';
import { type ContactSheetRow, contactSheet, type RgbaImage } from '../../../generator/src/impostor/index.ts';
import { drawText, textWidth } from '../../../generator/src/impostor/stroke-font.ts';
import { ROOT } from '../../shared.ts';

function square(side: number, colour: readonly [number, number, number, number]): RgbaImage {
  const data = new Uint8ClampedArray(4 * side * side);
  for (let i = 0; i < data.length; i += 4) data.set(colour, i);
  return { width: side, height: side, data };
}

/** How often a colour occurs. */
function count({ data }: RgbaImage, colour: readonly number[]): number {
  let n = 0;
  for (let i = 0; i < data.length; i += 4) if (colour.every((value, c) => data[i + c] === value)) n++;
  return n;
}

const rows = (side: number): ContactSheetRow[] =>
  [3, 40].map((seed, row) => ({
    seed,
    views: [-30, 0, 30].map((yaw, k) => ({
      yaw: radians(yaw),
      pitch: 0,
      image: square(side, [10 + 100 * row, 20 + 50 * k, 200, 255]),
    })),
  }));

/** Text of one colour on white, as rows of # and blanks */
function render(text: string, size: number): string[] {
  const image = square(Math.ceil(Math.max(size, textWidth(text, size))) + 5, [255, 255, 255, 255]);
  drawText(image, text, 2, 2, { size, colour: [0, 0, 0] });
  return Array.from({ length: image.height }, (_, y) =>
    Array.from({ length: image.width }, (_, x) =>
      image.data[4 * (y * image.width + x)]! < 200 ? '#' : ' ',
    ).join(''),
  );
}

describe('contactSheet', () => {
  it('shows every view once, in its row and column', () => {
    const sheet = contactSheet(rows(48));
    const place = (colour: readonly number[]): [number, number] => {
      for (let i = 0; i < sheet.data.length; i += 4)
        if (colour.every((value, c) => sheet.data[i + c] === value))
          return [(i / 4) % sheet.width, Math.floor(i / 4 / sheet.width)];
      return [-1, -1];
    };
    const places = rows(48).map(({ views }) =>
      views.map(({ image }) => place([...image.data.subarray(0, 3)])),
    );
    for (const row of places) {
      expect(row.every(([x, y]) => x > 0 && y === row[0]![1])).toBe(true);
      expect(row[0]![0]).toBeLessThan(row[1]![0] - 48);
      expect(row[1]![0]).toBeLessThan(row[2]![0] - 48);
    }
    expect(places[0]![0]![1]).toBeLessThan(places[1]![0]![1] - 48);
    expect(places[0]![2]![0]).toBe(places[1]![2]![0]);
    // All but the round corners of the opaque squares is their own colour.
    expect(count(sheet, [10, 20, 200])).toBeGreaterThan(48 * 48 - 16);
  });

  it('is opaque, and shrinks large pictures', () => {
    const sheet = contactSheet(rows(96), { cell: 48 });
    const small = contactSheet(rows(48));
    expect([sheet.width, sheet.height]).toEqual([small.width, small.height]);
    expect(sheet.data).toEqual(small.data);
    for (let i = 3; i < sheet.data.length; i += 4) expect(sheet.data[i]).toBe(255);
  });

  it('marks estimated degrees', () => {
    const measured = contactSheet(rows(48));
    const estimated = contactSheet(rows(48), { calibrated: false });
    const ink = (image: RgbaImage): number => count(image, [74, 80, 92]);
    expect(ink(estimated)).toBeGreaterThan(ink(measured));
  });

  it('shows the backdrop through what is transparent', () => {
    const clear = [{ seed: 0, views: [{ yaw: 0, pitch: 0, image: square(48, [255, 0, 0, 0]) }] }];
    expect(count(contactSheet(clear), [255, 0, 0])).toBe(0);
  });

  it('refuses nothing, and pictures of different sizes', () => {
    expect(() => contactSheet([])).toThrow('at least one view');
    const [first, second] = [rows(8), rows(9)];
    expect(() => contactSheet([first[0]!, second[1]!])).toThrow('8×8, got 9×9 in row #40');
  });
});

describe('stroke font', () => {
  it('draws digits, signs and letters that differ, and nothing for other characters', () => {
    const drawn = [...'0123456789-+°≈#.:σabcdefghijklmnopqrstuvwxyz'].map((character) =>
      render(character, 14).join('\n'),
    );
    expect(new Set(drawn).size).toBe(drawn.length);
    for (const picture of drawn) expect(picture).toContain('#');
    expect(render('Q', 14).join('')).not.toContain('#');
  });

  it('has every character of the rows’ labels', () => {
    const sources = join(ROOT, 'generator/src');
    const labels = readdirSync(sources, { recursive: true, encoding: 'utf8' })
      // Labels of the evaluation's page are text.
      .filter((path) => path.endsWith('.ts') && !/evaluat/.test(path))
      .flatMap((path) => [...readFileSync(join(sources, path), 'utf8').matchAll(/\blabel: '([^']*)'/g)])
      .map(([, label]) => label!);
    expect(labels).toContain('difference');
    for (const character of new Set(labels.join('').replaceAll(' ', '')))
      expect(render(character, 14).join(''), character).toContain('#');
  });

  it('draws a 1 as a stroke and a 0 as a ring', () => {
    expect(render('1', 12).filter((line) => line.includes('#')).length).toBeGreaterThanOrEqual(11);
    const middle = render('0', 12)[8]!;
    expect(middle.trim().split(/ +/)).toHaveLength(2);
  });

  it('clips at the border', () => {
    const image = square(6, [255, 255, 255, 255]);
    drawText(image, '888', -3, -3, { size: 12, colour: [0, 0, 0] });
    expect(count(image, [255, 255, 255])).toBeLessThan(36);
  });
});
