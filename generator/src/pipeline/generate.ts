import { degrees, viewYaws, type ViewRange } from '@turnaround/plugin/asset';
import { contactSheet } from '../impostor/contact-sheet.ts';
import { cutoutToRgba, type Matte } from '../impostor/matte/index.ts';
import { writeCharacter } from '../impostor/write-character.ts';
import { VERSION } from '../version.ts';
import { type GanModel, loadGanModel } from './gan-model.ts';
import { type ManifestRow, openManifest } from './generate-manifest.ts';
import { openMatte } from './open-matte.ts';
import type { Platform } from './platform.ts';
import { reachableDegrees, requireDirection, synthesizeSweep } from './sweep.ts';

export interface GenerateOptions {
  /** Model folder. */
  readonly model: string;
  readonly seeds: readonly number[];
  /** Folder to write. */
  readonly out: string;
  /** Views of each character. */
  readonly views: number;
  readonly range: ViewRange;
  /** ψ of the truncation trick. */
  readonly truncation: number;
  /** Path of an ONNX matting model; null: the matte for flat backdrops. */
  readonly matte: string | null;
  readonly format: 'webp' | 'png';
  /** Also writes each view as a PNG, with `views.json`. */
  readonly keepViews: boolean;
}

type GenerateDefaults = Pick<GenerateOptions, 'views' | 'truncation' | 'format'>;

/** Thirteen views over 120° stand 10° apart; ψ = 0.8 is the paper's (§4). */
export const GENERATE_DEFAULTS: GenerateDefaults = { views: 13, truncation: 0.8, format: 'webp' };
