export { type Backdrop, estimateBackdrop } from './backdrop.ts';
export { createFlatMatte, FLAT_MATTE_DEFAULTS, type FlatMatteOptions } from './flat-backdrop.ts';
export { type Cutout, cutoutToRgba, type Matte, MatteError, type MatteErrorCode } from './matte.ts';
export {
  createOnnxMatte,
  type Normalisation,
  ONNX_MATTE_DEFAULTS,
  type OnnxMatteOptions,
} from './onnx-matte.ts';
