import { EXTENSION_NAME, type ImpostorExtension, validateExtension } from '@turnaround/plugin/asset';

interface Gltf {
  readonly nodes?: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
  readonly textures?: readonly {
    readonly source?: number;
    readonly extensions?: { readonly EXT_texture_webp?: { readonly source: number } };
  }[];
  readonly images?: readonly { readonly bufferView?: number; readonly mimeType?: string }[];
  readonly bufferViews?: readonly { readonly byteOffset?: number; readonly byteLength: number }[];
}

/** A character's view from the front, cut out of its file without any 3D engine. */
export async function frontView(url: string): Promise<ImageBitmap> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const { json, binary } = unpack(await response.arrayBuffer());
  const contents = json.nodes
    ?.map(({ extensions }) => extensions?.[EXTENSION_NAME])
    .find((found) => found !== undefined);
  const extension = validateExtension(contents);
  const texture = json.textures?.[extension.colour.index];
  const image = json.images?.[texture?.extensions?.EXT_texture_webp?.source ?? texture?.source ?? -1];
  const view = json.bufferViews?.[image?.bufferView ?? -1];
  if (!view) throw new Error(`${url}: no picture inside`);
  const bytes = binary.slice(view.byteOffset ?? 0, (view.byteOffset ?? 0) + view.byteLength);
  const [x, y, width, height] = frontRectangle(extension);
  return await createImageBitmap(
    new Blob([bytes], { type: image?.mimeType ?? 'image/webp' }),
    x,
    y,
    width,
    height,
  );
}

function frontRectangle({ views }: ImpostorExtension): readonly [number, number, number, number] {
  const turned = (view: { yaw: number; pitch: number }): number => Math.hypot(view.yaw, view.pitch);
  return views.reduce((front, view) => (turned(view) < turned(front) ? view : front)).rectangle;
}

function unpack(file: ArrayBuffer): { json: Gltf; binary: ArrayBuffer } {
  const words = new DataView(file);
  if (file.byteLength < 20 || words.getUint32(0, true) !== 0x46546c67) throw new Error('no binary glTF');
  const length = words.getUint32(12, true);
  const json = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 20, length))) as Gltf;
  return { json, binary: file.slice(20 + length + 8) };
}
