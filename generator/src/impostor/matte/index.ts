export { type Backdrop, estimateBackdrop } from './backdrop.ts';
export { createFlatMatte, FLAT_MATTE_DEFAULTS, type FlatMatteOptions } from './flat-backdrop.ts';
export { type Cutout, cutoutToRgba, type Matte, MatteError, type MatteErrorCode } from './matte.ts';
export { type Normalisation, normalise } from './normalise.ts';
export {
  createOnnxMatte,
  ONNX_MATTE_DEFAULTS,
  type OnnxMatteOptions,
} from './onnx-matte.ts';
