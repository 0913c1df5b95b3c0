/** As much of three.js as the test of characters' files reads. */
declare module 'three' {
  export interface BufferAttribute {
    readonly count: number;
    readonly normalized: boolean;
    readonly array: Float32Array | Uint16Array | Uint32Array | Int16Array;
    getX(index: number): number;
    getY(index: number): number;
    getZ(index: number): number;
  }
  export interface Texture {
    readonly image: { readonly width: number; readonly height: number };
    readonly colorSpace: string;
    readonly wrapS: number;
    readonly minFilter: number;
  }
  export interface Material {
    readonly type: string;
    readonly transparent: boolean;
    readonly side: number;
    readonly map: Texture | null;
  }
  export interface Object3D {
    readonly name: string;
    readonly isMesh?: boolean;
    traverse(visit: (object: Object3D) => void): void;
    readonly userData: Record<string, unknown>;
  }
  export interface Mesh extends Object3D {
    readonly geometry: {
      readonly index: BufferAttribute | null;
      readonly attributes: Record<string, BufferAttribute>;
    };
    readonly material: Material;
  }
  export const SRGBColorSpace: string;
  export const ClampToEdgeWrapping: number;
  export const LinearFilter: number;
  export const FrontSide: number;
  export const DoubleSide: number;
}

declare module 'three/addons/loaders/GLTFLoader.js' {
  import type { Object3D } from 'three';
  export class GLTFLoader {
    setMeshoptDecoder(decoder: unknown): this;
    parseAsync(data: ArrayBuffer, path: string): Promise<{ readonly scene: Object3D }>;
  }
}
