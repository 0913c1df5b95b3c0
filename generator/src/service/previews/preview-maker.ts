import type { PreviewOptions } from '../../pipeline/preview.ts';

/** A preview with its model's name mapped to a folder. */
export interface PreviewTask extends PreviewOptions {
  readonly folder: string;
}

/** What draws previews, away from the thread that answers. */
export interface PreviewMaker {
  /** The bytes of a `.glb`. */
  make(task: PreviewTask): Promise<Uint8Array>;
  close(): Promise<void>;
}
