/** A face: who, and how far from the average. */
export interface LiveFace {
  /** 0 .. 2³² − 1 */
  readonly seed: number;
  /** 1: as varied as the model; 0: the average. */
  readonly truncation: number;
  /** How far along the model's directions (`manifest.directions`), in their deviations, by name. */
  readonly edits: Readonly<Record<string, number>>;
}
