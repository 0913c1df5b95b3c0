/** What is measured of one subject's views, before anything is averaged. Degrees; null where nothing could measure it. */

export interface ViewMeasures {
  /** Yaw that was asked for. */
  readonly asked: number;
  /** Yaw that the reader sees; it knows nothing of the model. */
  readonly read: number | null;
  /** Yaw that the model's own pose net sees. */
  readonly own: number | null;
  /** Cosine of identity features to the source view. */
  readonly identity: number | null;
  /** 1 − cosine of identity features to the next view; null for the last one. */
  readonly step: number | null;
  /** Against the source view, whole pictures. */
  readonly ssim: number;
  /** Against the source view, where either shows the subject. */
  readonly ssimMasked: number | null;
  /** Mean square of the high-pass inside the subject, ×10³ (values −1..1). */
  readonly sharpness: number | null;
}

/** Two neighbouring views warped onto each other by the model's own depth and yaw, mean of both ways. */
export interface PairMeasures {
  /** Asked yaw halfway between them. */
  readonly middle: number;
  /** Decibels, where both show the subject. */
  readonly warpedPsnr: number;
  /** The same pixels without the warp. */
  readonly unwarpedPsnr: number;
  readonly warpedSsim: number;
  /** Forward and back again: how far a pixel misses itself, % of the picture's width. */
  readonly roundTrip: number;
}

export interface SubjectMeasures {
  readonly seed: number;
  /** In the order of the asked yaws. */
  readonly views: readonly ViewMeasures[];
  readonly pairs: readonly PairMeasures[];
}
