import '@babylonjs/loaders/glTF/glTFFileLoader.pure.js';

declare module '@babylonjs/loaders/glTF/glTFFileLoader.pure.js' {
  interface GLTFLoaderExtensionOptions {
    /** Has no options besides Babylon's own `enabled`. */
    ['TURNAROUND_impostor']: Record<string, unknown>;
  }
}
