import { Constants } from '@babylonjs/core/Engines/constants.js';
import type { ThinEngine } from '@babylonjs/core/Engines/thinEngine.js';
import { RawTexture } from '@babylonjs/core/Materials/Textures/rawTexture.js';
import { Texture } from '@babylonjs/core/Materials/Textures/texture.js';
import type { Scene } from '@babylonjs/core/scene.js';
import type { DepthRange } from '../asset/index.ts';
import type { PackedView } from './pack-view.ts';

/** Cells in a row, at most. */
const ACROSS = 4;

/** The textures that views are marched through, in cells that are written one at a time. */
export class LiveAtlas {
  /** Pixels. */
  readonly size: readonly [number, number];
  readonly colour: RawTexture;
  readonly relief: RawTexture;
  readonly range: DepthRange;
  /** Pixels of a side of a cell. */
  readonly side: number;

  /**
   * @param cells   how many
   * @param storage whether compute shaders write them; WebGPU stores no two channels, so relief then has four
   */
  constructor(scene: Scene, cells: number, side: number, range: DepthRange, storage: boolean) {
    const columns = Math.min(ACROSS, cells);
    this.side = side;
    this.range = range;
    this.size = [columns * side, Math.ceil(cells / columns) * side];
    const create = (format: number): RawTexture => {
      const channels = format === Constants.TEXTUREFORMAT_RG ? 2 : 4;
      const texture = new RawTexture(
        new Uint8Array(channels * this.size[0] * this.size[1]),
        ...this.size,
        format,
        scene,
        false,
        false,
        Texture.BILINEAR_SAMPLINGMODE,
        Constants.TEXTURETYPE_UNSIGNED_BYTE,
        storage ? Constants.TEXTURE_CREATIONFLAG_STORAGE : 0,
      );
      texture.wrapU = Texture.CLAMP_ADDRESSMODE;
      texture.wrapV = Texture.CLAMP_ADDRESSMODE;
      return texture;
    };
    this.colour = create(Constants.TEXTUREFORMAT_RGBA);
    this.relief = create(storage ? Constants.TEXTUREFORMAT_RGBA : Constants.TEXTUREFORMAT_RG);
  }

  /** Left and top of a cell, pixels. */
  corner(cell: number): [number, number] {
    const columns = this.size[0] / this.side;
    return [(cell % columns) * this.side, Math.floor(cell / columns) * this.side];
  }

  /** Writes a view's bytes into a cell; not for textures that compute shaders write. */
  upload(cell: number, { colour, relief }: PackedView): void {
    const [left, top] = this.corner(cell);
    for (const [texture, bytes] of [
      [this.colour, colour],
      [this.relief, relief],
    ] as const) {
      const internal = texture.getInternalTexture();
      // Every engine has it, whatever Babylon's common type says.
      const engine = texture.getScene()?.getEngine() as ThinEngine | undefined;
      if (internal) engine?.updateTextureData(internal, bytes, left, top, this.side, this.side);
    }
  }
}
