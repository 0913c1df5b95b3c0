export {
  FUSE_MESH_DEFAULTS,
  type FusedFrame,
  type FusedMesh,
  type FuseMeshOptions,
  fuseMesh,
} from './fuse-mesh.ts';
export type { SolidView } from './view-field.ts';
