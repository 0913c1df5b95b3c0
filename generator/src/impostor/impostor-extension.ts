import {
  Extension,
  ExtensionProperty,
  type GLTF,
  type IProperty,
  type Nullable,
  PropertyType,
  type ReaderContext,
  type Texture,
  TextureChannel,
  TextureInfo,
  type WriterContext,
} from '@gltf-transform/core';
import { EXTENSION_NAME, type ImpostorExtension, validateExtension } from '@turnaround/plugin/asset';

/** All that the extension holds but its textures. */
export type ImpostorTable = Omit<ImpostorExtension, 'colour'>;

interface IImpostor extends IProperty {
  table: ImpostorTable | null;
  colourTexture: Texture;
  colourTextureInfo: TextureInfo;
}

/** `TURNAROUND_impostor` on a node: the view table, and the textures that it reads. */
export class Impostor extends ExtensionProperty<IImpostor> {
  static override readonly EXTENSION_NAME: string = EXTENSION_NAME;
  declare extensionName: string;
  declare propertyType: string;
  declare parentTypes: string[];

  protected init(): void {
    this.extensionName = EXTENSION_NAME;
    this.propertyType = 'Impostor';
    this.parentTypes = [PropertyType.NODE];
  }

  protected override getDefaults(): Nullable<IImpostor> {
    return Object.assign(super.getDefaults() as IProperty, {
      table: null,
      colourTexture: null,
      colourTextureInfo: new TextureInfo(this.graph, 'colourTextureInfo'),
    });
  }

  getTable(): ImpostorTable | null {
    return this.get('table');
  }

  setTable(table: ImpostorTable): this {
    return this.set('table', table);
  }

  /** The atlas: sRGB colour and straight alpha. */
  getColourTexture(): Texture | null {
    return this.getRef('colourTexture');
  }

  setColourTexture(texture: Texture): this {
    const { R, G, B, A } = TextureChannel;
    return this.setRef('colourTexture', texture, { channels: R | G | B | A, isColor: true });
  }

  getColourTextureInfo(): TextureInfo {
    return this.getRef('colourTextureInfo')!;
  }
}

/**
 * The vendor extension for glTF-Transform: register it with an I/O class, and characters pass through whatever
 * glTF-Transform does to a file with their views intact.
 */
export class TurnaroundImpostor extends Extension {
  static override readonly EXTENSION_NAME: string = EXTENSION_NAME;
  override readonly extensionName: string = EXTENSION_NAME;
  override readonly prewriteTypes: PropertyType[] = [PropertyType.MESH];
  readonly #colours = new Map<Impostor, GLTF.ITextureInfo>();

  createImpostor(): Impostor {
    return new Impostor(this.document.getGraph());
  }

  read(context: ReaderContext): this {
    const { nodes = [], textures = [] } = context.jsonDoc.json;
    for (const [index, node] of nodes.entries()) {
      const found = node.extensions?.[EXTENSION_NAME];
      if (found === undefined) continue;
      const { colour, ...table } = validateExtension(found);
      const impostor = this.createImpostor().setTable(table);
      const texture = context.textures[textures[colour.index]?.source ?? -1];
      if (texture) {
        impostor.setColourTexture(texture);
        context.setTextureInfo(impostor.getColourTextureInfo(), { ...colour });
      }
      context.nodes[index]!.setExtension(EXTENSION_NAME, impostor);
    }
    return this;
  }

  /** Before `EXT_texture_webp` moves the textures' sources: a texture that no material uses is declared here. */
  override prewrite(context: WriterContext): this {
    this.#colours.clear();
    for (const impostor of this.properties as Set<Impostor>) {
      const texture = impostor.getColourTexture();
      if (texture)
        this.#colours.set(impostor, context.createTextureInfoDef(texture, impostor.getColourTextureInfo()));
    }
    return this;
  }

  write(context: WriterContext): this {
    for (const node of this.document.getRoot().listNodes()) {
      const impostor = node.getExtension<Impostor>(EXTENSION_NAME);
      if (!impostor) continue;
      const def = context.jsonDoc.json.nodes![context.nodeIndexMap.get(node)!]!;
      const { formatVersion, ...table } = impostor.getTable() ?? {};
      const contents = validateExtension({ formatVersion, colour: this.#colours.get(impostor), ...table });
      def.extensions = { ...def.extensions, [EXTENSION_NAME]: contents };
    }
    return this;
  }
}
