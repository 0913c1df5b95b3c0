import type { LiftedMesh } from './mesh/index.ts';

/** Names that the three files of a mesh know each other by. */
export interface ObjNames {
  /** Of the material's library. */
  readonly library: string;
  /** Of the texture. */
  readonly texture: string;
}

/**
 * A textured mesh as Wavefront OBJ: metres, Y up, counter-clockwise from outside. Its texture coordinates begin at the lower
 * edge, glTF's at the upper.
 * @param comments lines, ASCII
 */
export function encodeObj(
  { positions, uvs, indices }: Pick<LiftedMesh, 'positions' | 'uvs' | 'indices'>,
  { library }: Pick<ObjNames, 'library'>,
  comments: readonly string[],
): string {
  const lines = [...comments.map((text) => `# ${text}`), `mtllib ${library}`, 'o character'];
  for (let k = 0; k < positions.length; k += 3)
    lines.push(`v ${number(positions[k]!)} ${number(positions[k + 1]!)} ${number(positions[k + 2]!)}`);
  for (let k = 0; k < uvs.length; k += 2) lines.push(`vt ${number(uvs[k]!)} ${number(1 - uvs[k + 1]!)}`);
  lines.push(`usemtl ${MATERIAL}`);
  const corner = (k: number): string => `${indices[k]! + 1}/${indices[k]! + 1}`;
  for (let k = 0; k < indices.length; k += 3) lines.push(`f ${corner(k)} ${corner(k + 1)} ${corner(k + 2)}`);
  return `${lines.join('\n')}\n`;
}

/** The material: the texture's colour and no light (`illum 0`), for the light is in the picture. */
export function encodeMtl({ texture }: Pick<ObjNames, 'texture'>): string {
  return `newmtl ${MATERIAL}\nKa 0 0 0\nKd 1 1 1\nKs 0 0 0\nillum 0\nmap_Kd ${texture}\n`;
}

const MATERIAL = 'colour';

/** A hundredth of a millimetre, a hundredth of a texel of 1,000. */
const number = (value: number): string => String(Number(value.toFixed(5)));
