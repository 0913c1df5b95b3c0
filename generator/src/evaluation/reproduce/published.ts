/**
 * What the paper says it measured (§4.2, appendix A.1), as printed: FFHQ at 512², 6,000 pictures, Inception and ArcFace. No
 * figure of another set of pictures, of another count or by another network can be compared with these in absolute value.
 */
export const PUBLISHED_SETTING = 'published, FFHQ 512²';

/** FID, KID ×10⁻², IC, SSIM; null where a table has no such column. */
export interface PublishedScores {
  readonly frechet: number | null;
  readonly kernel: number | null;
  readonly identity: number | null;
  readonly ssim: number | null;
}

export interface PublishedRow {
  readonly method: string;
  readonly scores: PublishedScores;
  /** As printed; null where the table has no such column. */
  readonly trainingTime: string | null;
}

const row = (
  method: string,
  frechet: number | null,
  kernel: number | null,
  identity: number | null,
  ssim: number | null,
  trainingTime: string | null = null,
): PublishedRow => ({ method, scores: { frechet, kernel, identity, ssim }, trainingTime });

/** Table 1: FFHQ over the full range. */
export const TABLE_1: readonly PublishedRow[] = [
  row('GANSpace', 48.98, 1.145, 0.958, 0.484, '0.5 hour'),
  row('DragGAN', 68.45, 2.231, 0.895, 0.497, '–'),
  row('GMPI', 54.95, 2.199, 0.971, 0.509, '40 hours'),
  row('Ray conditioning', 49.41, 1.547, 0.96, 0.433, '27 hours'),
  row('EpiGRAF', 57.78, 1.953, 0.975, 0.454, '24 days'),
  row('SyncDreamer', 72.68, 7.102, 0.89, 0.555, '18 days'),
  row('Ours (the paper’s)', 48.25, 1.137, 0.972, 0.581, '18 hours'),
];

/** Table 2: SDIP Elephants over the full range; its IC is by CLIP. */
export const TABLE_2: readonly PublishedRow[] = [
  row('GANSpace', 67.32, 2.38, 0.915, 0.459, '0.5 hour'),
  row('DragGAN', 70.38, 2.573, 0.85, 0.481, '–'),
  row('GMPI', 78.12, 4.632, 0.764, 0.317, '30 hour'),
  row('Ray conditioning', 69.32, 2.475, 0.877, 0.503, '1 day'),
  row('EpiGRAF', 75.32, 5.632, 0.792, 0.326, '10 days'),
  row('SyncDreamer', 69.89, 6.473, 0.8113, 0.602, '18 days'),
  row('Ours (the paper’s)', 65.78, 2.294, 0.932, 0.571, '12 hours'),
];

export interface PublishedZones {
  readonly method: string;
  /** ±20°, ±40°, full range; each the two figures that the table gives for it. */
  readonly zones: readonly (readonly [number, number])[];
}

/** Table 3: FID and KID ×10⁻² by zones of pose. */
export const TABLE_3: readonly PublishedZones[] = [
  {
    method: 'GANSpace',
    zones: [
      [47.56, 1.193],
      [46.92, 1.085],
      [48.98, 1.145],
    ],
  },
  {
    method: 'DragGAN',
    zones: [
      [60.21, 1.823],
      [59.73, 1.797],
      [68.45, 2.231],
    ],
  },
  {
    method: 'GMPI',
    zones: [
      [49.26, 1.654],
      [52.31, 1.931],
      [54.95, 2.199],
    ],
  },
  {
    method: 'Ray conditioning',
    zones: [
      [51.05, 1.886],
      [48.28, 1.534],
      [49.41, 1.547],
    ],
  },
  {
    method: 'EpiGRAF',
    zones: [
      [52.59, 1.768],
      [53.93, 1.665],
      [57.78, 1.953],
    ],
  },
  {
    method: 'Ours (the paper’s)',
    zones: [
      [47.87, 1.195],
      [46.28, 1.079],
      [48.25, 1.137],
    ],
  },
];

/** Table 4: IC and SSIM by zones of pose. Its GANSpace row has the same figures for ±40° and for the full range. */
export const TABLE_4: readonly PublishedZones[] = [
  {
    method: 'GANSpace',
    zones: [
      [0.984, 0.583],
      [0.958, 0.484],
      [0.958, 0.484],
    ],
  },
  {
    method: 'DragGAN',
    zones: [
      [0.945, 0.697],
      [0.925, 0.587],
      [0.895, 0.497],
    ],
  },
  {
    method: 'GMPI',
    zones: [
      [0.988, 0.522],
      [0.98, 0.516],
      [0.971, 0.509],
    ],
  },
  {
    method: 'Ray conditioning',
    zones: [
      [0.985, 0.495],
      [0.972, 0.451],
      [0.96, 0.433],
    ],
  },
  {
    method: 'EpiGRAF',
    zones: [
      [0.991, 0.494],
      [0.982, 0.463],
      [0.975, 0.454],
    ],
  },
  {
    method: 'Ours (the paper’s)',
    zones: [
      [0.992, 0.73],
      [0.972, 0.59],
      [0.972, 0.581],
    ],
  },
];

/** Table 5: one loss left out at a time. */
export const TABLE_5: readonly PublishedRow[] = [
  row('without latent', 54.25, 1.713, 0.843, 0.482),
  row('without feature', 48.73, 1.094, 0.754, 0.454),
  row('without warp', 101.37, 41.37, 0.232, 0.143),
  row('full loss', 48.25, 1.137, 0.972, 0.581),
];
