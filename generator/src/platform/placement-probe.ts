import * as ort from 'onnxruntime-node';

/**
 * A process of its own that loads a model with ONNX Runtime's most talkative log: `node placement-probe.js model.onnx
 * webgpu`. The log on standard error says which provider got which node.
 */

const [path, device] = process.argv.slice(2) as [string, string];
const VERBOSE = 0;

const session = await ort.InferenceSession.create(path, {
  executionProviders: [device],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  logSeverityLevel: VERBOSE,
});
await session.release();
