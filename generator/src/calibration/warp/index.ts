export {
  inverse,
  motionOf,
  orbit,
  orbitPose,
  PIVOT,
  type RigidMotion,
  rotationOf,
  yawOrbit,
  yawPose,
} from './pose.ts';
export { sampleBilinear } from './sample.ts';
export { pixelGrid, type Warped, type WarpInputs, warp } from './warp.ts';
