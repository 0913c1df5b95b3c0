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
import {
  EXTENSION_NAME,
  type ImpostorExtension,
  type StoredDepth,
  type TextureReference,
  validateExtension,
} from '@turnaround/plugin/asset';

/** All that the extension holds but its textures. */
export type ImpostorTable = Omit<ImpostorExtension, 'colour' | 'depth'> & {
  readonly depth?: Omit<StoredDepth, 'texture'>;
};

interface IImpostor extends IProperty {
  table: ImpostorTable | null;
  colourTexture: Texture;
  colourTextureInfo: TextureInfo;
  depthTexture: Texture;
  depthTextureInfo: TextureInfo;
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
      depthTexture: null,
      depthTextureInfo: new TextureInfo(this.graph, 'depthTextureInfo'),
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

  /** Depth of the atlas' views as codes in red and green; null where there is none. */
  getDepthTexture(): Texture | null {
    return this.getRef('depthTexture');
  }

  setDepthTexture(texture: Texture): this {
    const { R, G } = TextureChannel;
    return this.setRef('depthTexture', texture, { channels: R | G, isColor: false });
  }

  getDepthTextureInfo(): TextureInfo {
    return this.getRef('depthTextureInfo')!;
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
  readonly #textures = new Map<TextureInfo, GLTF.ITextureInfo>();

  createImpostor(): Impostor {
    return new Impostor(this.document.getGraph());
  }

  read(context: ReaderContext): this {
    const { nodes = [], textures = [] } = context.jsonDoc.json;
    for (const [index, node] of nodes.entries()) {
      const found = node.extensions?.[EXTENSION_NAME];
      if (found === undefined) continue;
      const { colour, depth, ...table } = validateExtension(found);
      const impostor = this.createImpostor();
      const textureOf = ({ index }: TextureReference): Texture | undefined =>
        context.textures[textures[index]?.source ?? -1];
      const colourTexture = textureOf(colour);
      if (colourTexture) {
        impostor.setColourTexture(colourTexture);
        context.setTextureInfo(impostor.getColourTextureInfo(), { ...colour });
      }
      if (depth) {
        const { texture, ...stored } = depth;
        const depthTexture = textureOf(texture);
        if (depthTexture) {
          impostor.setDepthTexture(depthTexture);
          context.setTextureInfo(impostor.getDepthTextureInfo(), { ...texture });
        }
        impostor.setTable({ ...table, depth: stored });
      } else impostor.setTable(table);
      context.nodes[index]!.setExtension(EXTENSION_NAME, impostor);
    }
    return this;
  }

  /** Before `EXT_texture_webp` moves the textures' sources: a texture that no material uses is declared here. */
  override prewrite(context: WriterContext): this {
    this.#textures.clear();
    const declare = (texture: Texture | null, info: TextureInfo): void => {
      if (texture) this.#textures.set(info, context.createTextureInfoDef(texture, info));
    };
    for (const impostor of this.properties as Set<Impostor>) {
      declare(impostor.getColourTexture(), impostor.getColourTextureInfo());
      declare(impostor.getDepthTexture(), impostor.getDepthTextureInfo());
    }
    return this;
  }

  write(context: WriterContext): this {
    for (const node of this.document.getRoot().listNodes()) {
      const impostor = node.getExtension<Impostor>(EXTENSION_NAME);
      if (!impostor) continue;
      const def = context.jsonDoc.json.nodes![context.nodeIndexMap.get(node)!]!;
      const { formatVersion, depth, ...table } = impostor.getTable() ?? {};
      const texture = this.#textures.get(impostor.getDepthTextureInfo());
      const contents = validateExtension({
        formatVersion,
        colour: this.#textures.get(impostor.getColourTextureInfo()),
        ...(depth ? { depth: { texture, ...depth } } : {}),
        ...table,
      });
      def.extensions = { ...def.extensions, [EXTENSION_NAME]: contents };
    }
    return this;
  }
}
