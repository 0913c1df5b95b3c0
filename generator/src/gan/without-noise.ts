import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { GraphError } from '../graph/index.ts';

/** As `buildSynthesis` names the constant of a layer, and as `halveWeights` does. */
const NOISE = /^b\d+\.conv[01]\.noise(\.half)?$/;

/**
 * A written `synthesis.onnx` that draws without its constant noise. Noise stays where it is in the picture while the head
 * turns: what it draws, strands of hair above all, does not turn along, and looks as if it lay on the axis.
 * @param model as `buildSynthesis` wrote it
 * @throws GraphError where the network has no noise of its own
 */
export function withoutNoise(model: Uint8Array): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, model);
  const noise = (proto.graph?.initializer ?? []).filter(({ name }) => NOISE.test(name));
  if (noise.length === 0)
    throw new GraphError('synthesis: expected a network with constants b4.conv1.noise and on, got none');
  for (const constant of noise) constant.rawData = new Uint8Array(constant.rawData.length);
  return toBinary(ModelProtoSchema, proto);
}
