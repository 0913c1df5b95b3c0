export { backShell } from './back-shell.ts';
export { MeshError, type MeshErrorCode } from './errors.ts';
export { improve } from './improve.ts';
export {
  LIFT_MESH_DEFAULTS,
  type LiftedMesh,
  type LiftMeshOptions,
  type LiftView,
  liftMesh,
} from './lift-mesh.ts';
export { vertexNormals } from './normals.ts';
export { createPlate } from './plate.ts';
export { liftSheets } from './sheets.ts';
export { openEdges, signedVolume } from './topology.ts';
