import type { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import type { GLTFExporter } from '@babylonjs/serializers/glTF/2.0/glTFExporter.js';
import type {
  AccessorComponentType,
  AccessorType,
  IAccessor,
  IImage,
  IMaterial,
  ISampler,
  ITexture,
} from 'babylonjs-gltf2interface';
import type { StoredMaterial, StoredTexture } from '../loader/stored-file.ts';

/** What a node's mesh is made of. */
export interface MeshParts {
  readonly name: string;
  readonly solid: Mesh;
  readonly material: StoredMaterial | null;
  /** Whether the exporter mirrors all spaces in x. */
  readonly mirror: boolean;
}

const WEBP = 'EXT_texture_webp';
const UNLIT = 'KHR_materials_unlit';

/** glTF's numbers for components. */
const COMPONENTS = new Map<unknown, number>([
  [Uint16Array, 5123],
  [Uint32Array, 5125],
  [Float32Array, 5126],
]);
const TYPES = ['', 'SCALAR', 'VEC2', 'VEC3'];

/** Adds to the file that is being exported what Babylon's exporter has no functions for: bytes as they are. */
export class FileParts {
  /** glTF extensions that the parts use, and whether a reader has to know them. */
  readonly extensions: Map<string, { readonly required: boolean }> = new Map();
  private readonly exporter: GLTFExporter;
  private readonly textures: Map<StoredTexture, number> = new Map();

  constructor(exporter: GLTFExporter) {
    this.exporter = exporter;
  }

  /** @returns the texture's index; one and the same for one stored texture */
  addTexture(stored: StoredTexture): number {
    const known = this.textures.get(stored);
    if (known !== undefined) return known;
    const { _textures: textures, _samplers: samplers } = this.exporter;
    const source = this.addImage(stored);
    const sampler = samplers.push({ ...stored.sampler } as ISampler) - 1;
    const texture: ITexture = { sampler };
    if (stored.mimeType === 'image/webp') {
      texture.extensions = { [WEBP]: { source } };
      this.extensions.set(WEBP, { required: true });
    } else texture.source = source;
    const index = textures.push(texture) - 1;
    this.textures.set(stored, index);
    return index;
  }

  /** Adds the mesh that other viewers show. @returns its index */
  addMesh({ name, solid, material, mirror }: MeshParts): number {
    const positions = Float32Array.from(solid.getVerticesData('position') ?? []);
    if (mirror) for (let k = 0; k < positions.length; k += 3) positions[k] = -positions[k]!;
    const uvs = solid.getVerticesData('uv');
    const corners = solid.getIndices() ?? [];
    // Index 65535 would restart the primitive.
    const indices = positions.length / 3 <= 65535 ? Uint16Array.from(corners) : Uint32Array.from(corners);
    if (mirror)
      for (let k = 0; k < indices.length; k += 3)
        [indices[k + 1], indices[k + 2]] = [indices[k + 2]!, indices[k + 1]!];
    const attributes = {
      POSITION: this.addAccessor(positions, 3, rangeOf(positions)),
      ...(uvs ? { TEXCOORD_0: this.addAccessor(Float32Array.from(uvs), 2) } : {}),
    };
    return (
      this.exporter._meshes.push({
        name,
        primitives: [
          {
            attributes,
            indices: this.addAccessor(indices, 1),
            ...(material ? { material: this.addMaterial(material) } : {}),
          },
        ],
      }) - 1
    );
  }

  private addMaterial({ name, alphaMode, doubleSided, texture }: StoredMaterial): number {
    this.extensions.set(UNLIT, { required: false });
    const pbrMetallicRoughness = {
      metallicFactor: 0,
      ...(texture ? { baseColorTexture: { index: this.addTexture(texture) } } : {}),
    };
    const material = { name, alphaMode, doubleSided, pbrMetallicRoughness, extensions: { [UNLIT]: {} } };
    return this.exporter._materials.push(material as IMaterial) - 1;
  }

  private addImage({ name, mimeType, bytes }: StoredTexture): number {
    const { _images: images, _bufferManager: buffers, _imageData: files } = this.exporter;
    const image = { name } as IImage;
    if (this.exporter._shouldUseGlb) {
      image.mimeType = mimeType as NonNullable<IImage['mimeType']>;
      buffers.setBufferView(image, buffers.createBufferView(bytes));
    } else {
      const uri = `${name || 'image'}${images.length}.${mimeType.split('/')[1]}`;
      image.uri = uri;
      files[uri] = new Blob([bytes.slice()], { type: mimeType });
    }
    return images.push(image) - 1;
  }

  private addAccessor(
    data: Float32Array | Uint16Array | Uint32Array,
    size: 1 | 2 | 3,
    range: Pick<IAccessor, 'min' | 'max'> = {},
  ): number {
    const { _accessors: accessors, _bufferManager: buffers } = this.exporter;
    const accessor: IAccessor = {
      type: TYPES[size] as AccessorType,
      componentType: COMPONENTS.get(data.constructor) as AccessorComponentType,
      count: data.length / size,
      ...range,
    };
    buffers.setBufferView(accessor, buffers.createBufferView(data));
    return accessors.push(accessor) - 1;
  }
}

/** Of points, for which glTF wants it told. */
function rangeOf(points: Float32Array): { min: number[]; max: number[] } {
  const [min, max] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  for (const [k, value] of points.entries()) {
    min[k % 3] = Math.min(min[k % 3]!, value);
    max[k % 3] = Math.max(max[k % 3]!, value);
  }
  return { min, max };
}
