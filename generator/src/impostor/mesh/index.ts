export { MeshError, type MeshErrorCode } from './errors.ts';
export {
  LIFT_MESH_DEFAULTS,
  type LiftedMesh,
  type LiftMeshOptions,
  type LiftView,
  liftMesh,
} from './lift-mesh.ts';
export { openEdges, signedVolume } from './topology.ts';
