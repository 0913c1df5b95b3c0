import { type Document, type JSONDocument, WebIO } from '@gltf-transform/core';
import { EXTMeshoptCompression, KHRMeshQuantization } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { MeshoptEncoder } from 'meshoptimizer/encoder';

/** Reads and writes meshes compressed with meshoptimizer, whose code has to be compiled before its first use. */
export class MeshoptIO extends WebIO {
  constructor() {
    super();
    this.registerExtensions([EXTMeshoptCompression, KHRMeshQuantization]).registerDependencies({
      'meshopt.decoder': MeshoptDecoder,
      'meshopt.encoder': MeshoptEncoder,
    });
  }

  override async readJSON(file: JSONDocument): Promise<Document> {
    await MeshoptDecoder.ready;
    return super.readJSON(file);
  }

  override async writeJSON(
    document: Document,
    options?: Parameters<WebIO['writeJSON']>[1],
  ): Promise<JSONDocument> {
    await MeshoptEncoder.ready;
    return super.writeJSON(document, options);
  }
}
