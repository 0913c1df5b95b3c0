/** Numbers of protobuf fields: `graph` of an ONNX model, `name` of a graph. */
const GRAPH = 7;
const NAME = 2;

/** The name of a serialised ONNX model's graph, read without its weights; empty where there is none. */
export function graphName(model: Uint8Array): string {
  const graph = fieldOf(model, GRAPH);
  const name = graph && fieldOf(graph, NAME);
  return name ? new TextDecoder().decode(name) : '';
}

/** The first field of a number that has a length. */
function fieldOf(message: Uint8Array, wanted: number): Uint8Array | null {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < message.length; scale *= 128) {
      const byte = message[at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const [field, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 2) {
      const length = varint();
      if (field === wanted) return message.subarray(at, at + length);
      at += length;
    } else if (wire === 0) varint();
    else at += wire === 1 ? 8 : 4;
  }
  return null;
}
