import type { ReaderNames } from '../../evaluation/report/index.ts';
import { type OnnxFile, openFeatureFile, openYawFile } from './onnx-reader.ts';
import { type EvaluatePlatform, type FeatureNet, STAND_INS_INSTALL, type YawReader } from './readers.ts';

/** The user's own networks, each null where there is none. */
export interface ReaderFiles {
  readonly inception: OnnxFile | null;
  readonly identity: OnnxFile | null;
  readonly yaw: OnnxFile | null;
}

/** What reads the pictures; null where there is nothing that could. */
export interface Readers {
  readonly yaw: YawReader | null;
  readonly distribution: FeatureNet | null;
  readonly identity: FeatureNet | null;
  /** What figures are called: FID, KID and IC are those of the user's own networks alone. */
  readonly names: ReaderNames;
  /** What could not be read, and how to get it. */
  readonly missing: readonly string[];
  release(): void;
}

/** Opens the user's networks, and the stand-ins for those that are not given. */
export async function openReaders(platform: EvaluatePlatform, files: ReaderFiles): Promise<Readers> {
  const yawFile = files.yaw && (await openYawFile(platform, files.yaw));
  const inception =
    files.inception &&
    (await openFeatureFile(platform, files.inception, {
      option: '--inception',
      side: 299,
      output: 'features',
    }));
  const identityFile =
    files.identity &&
    (await openFeatureFile(platform, files.identity, {
      option: '--identity',
      side: 112,
      output: 'identity',
    }));
  const standIns = yawFile && inception && identityFile ? null : await platform.openStandIns();
  const yaw = yawFile ?? standIns?.yaw ?? null;
  const distribution = inception ?? standIns?.face ?? null;
  const identity = identityFile ?? standIns?.face ?? null;
  const install = `install the stand-in: ${STAND_INS_INSTALL}`;
  const missing = [
    ...(yaw ? [] : [`no yaw reader: no zones of pose; give one with --yaw-reader, or ${install}`]),
    ...(distribution
      ? []
      : [
          `no features for distances between distributions: give Inception-v3 with --inception, or ${install}`,
        ]),
    ...(identity ? [] : [`no identity network: give ArcFace or CLIP with --identity, or ${install}`]),
  ];
  const stand = distribution && !inception ? distribution.name : null;
  return {
    yaw,
    distribution,
    identity,
    names: {
      yaw: yaw?.name ?? null,
      distribution: distribution?.name ?? null,
      frechet: stand ? `FD-${stand}` : 'FID',
      kernel: stand ? `KID-${stand}` : 'KID',
      identity: identityFile ? 'IC' : `${identity?.name ?? 'no'} identity`,
      identityNet: identity?.name ?? null,
    },
    missing,
    release: () => standIns?.release(),
  };
}
