import { GLTFFileLoader, RegisterGLTFFileLoader } from '@babylonjs/loaders/glTF/glTFFileLoader.pure.js';
import { expect, it } from 'vitest';
import { registerImpostorLoader } from '../../../plugin/src/loader/load-impostor.ts';

it('brings the loader of glTF 2.0 where somebody has registered that of files alone', () => {
  RegisterGLTFFileLoader();
  expect(GLTFFileLoader._CreateGLTF2Loader).toBeUndefined();
  registerImpostorLoader();
  expect(GLTFFileLoader._CreateGLTF2Loader).toBeTypeOf('function');
});
