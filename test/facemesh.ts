/** Yaw of faces by MediaPipe's facemesh: a judge of the directions that a model finds, which has seen none of its pictures. */
export { type FaceReader, openFaceReader } from '../generator/src/platform/stand-ins/index.ts';
