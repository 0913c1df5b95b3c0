export { MONODEPTH2_LOSS_DEFAULTS, type Monodepth2LossOptions } from './loss.ts';
export { poseNet } from './pose-net.ts';
export {
  buildMonodepth2Nets,
  type Monodepth2Settings,
  monodepth2Batch,
  monodepth2Step,
} from './step.ts';
