import { degrees } from '@turnaround/plugin/asset';
import type { StandIns } from '../../pipeline/evaluate/readers.ts';
import { FACEMESH_REACH, openFaceReader } from './facemesh.ts';
import { openFaceFeatures } from './faceres.ts';
import { hasStandIns } from './tensorflow.ts';

export { type FaceReader, openFaceReader } from './facemesh.ts';

/** Readers out of packages that need not be installed; null where they are not. */
export async function openStandIns(): Promise<StandIns | null> {
  if (!hasStandIns()) return null;
  const [mesh, faces] = [await openFaceReader(), await openFaceFeatures()];
  return {
    yaw: {
      name: 'facemesh',
      reach: FACEMESH_REACH,
      read: async (pictures) => pictures.map((picture) => degrees(mesh.readYaw(picture))),
    },
    face: {
      name: 'faceres',
      features: async (pictures) => pictures.map((picture) => faces.features(picture)),
    },
    release() {
      mesh.dispose();
      faces.dispose();
    },
  };
}
