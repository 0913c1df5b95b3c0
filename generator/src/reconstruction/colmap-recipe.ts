import type { Lens } from '../impostor/index.ts';
import { pinholeParameters } from './colmap-model.ts';

/** Paths that the recipe's commands name, relative to where they are run. */
export interface RecipeFolders {
  readonly images: string;
  /** `<image>.png` a picture: COLMAP takes no features where it is black. */
  readonly masks: string;
  /** The text model with known cameras. */
  readonly sparse: string;
}

/** Arguments of one `colmap` command; commands that write a folder want it to be there. */
export interface ColmapStep {
  readonly what: string;
  readonly args: readonly string[];
  readonly folder: string | null;
}

const DATABASE = 'database.db';

/**
 * For pictures that are soft and heads that have little texture. Seed 0 of portraits-128, 30 views of 512²: COLMAP's own
 * settings find 40 features a view and no pair to begin with; these find 82, and cameras for all views (seed 3: 50, 104).
 */
const SOFT = {
  extraction: ['--SiftExtraction.peak_threshold', '0.002'],
  matching: ['--SiftMatching.guided_matching', '1'],
  mapping: ['--Mapper.init_min_num_inliers', '30', '--Mapper.abs_pose_min_num_inliers', '15'],
} as const;

/**
 * The commands that reconstruct an export with COLMAP (3.8, without CUDA): features and matches, then points for the known
 * cameras, and, apart from that, cameras found anew. The camera's parameters are given and held: at a field of view of
 * 12° the focal length can hardly be told from the pictures.
 */
export function colmapRecipe(lens: Lens, { images, masks, sparse }: RecipeFolders): readonly ColmapStep[] {
  const project = ['--database_path', DATABASE, '--image_path', images];
  const held = ['focal_length', 'principal_point', 'extra_params'].flatMap((what) => [
    `--Mapper.ba_refine_${what}`,
    '0',
  ]);
  return [
    {
      what: 'Features, inside the masks',
      folder: null,
      args: [
        'feature_extractor',
        ...project,
        ...['--ImageReader.mask_path', masks],
        ...['--ImageReader.camera_model', 'PINHOLE', '--ImageReader.single_camera', '1'],
        ...['--ImageReader.camera_params', pinholeParameters(lens).join(',')],
        // Several threads number pictures in the order that they finish, and `point_triangulator` wants the model's.
        ...['--SiftExtraction.use_gpu', '0', '--SiftExtraction.num_threads', '1'],
        ...SOFT.extraction,
      ],
    },
    {
      what: 'Matches of all pairs',
      folder: null,
      args: [
        'exhaustive_matcher',
        '--database_path',
        DATABASE,
        '--SiftMatching.use_gpu',
        '0',
        ...SOFT.matching,
      ],
    },
    {
      what: 'Points for the known cameras',
      folder: 'triangulated',
      args: ['point_triangulator', ...project, '--input_path', sparse, '--output_path', 'triangulated'],
    },
    {
      what: 'Or cameras and points, found from the pictures alone',
      folder: 'mapped',
      args: ['mapper', ...project, '--output_path', 'mapped', ...held, ...SOFT.mapping],
    },
  ];
}
