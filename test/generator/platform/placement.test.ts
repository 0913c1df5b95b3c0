import { describe, expect, it } from 'vitest';
import { add, Graph, mul, serialize } from '../../../generator/src/graph/index.ts';
import { graphName } from '../../../generator/src/platform/graph-name.ts';
import { createRuntime } from '../../../generator/src/platform/onnx-runtime.ts';
import {
  describePlacements,
  placementOf,
  readPlacements,
} from '../../../generator/src/platform/placement.ts';

function sums(): Uint8Array {
  const graph = new Graph('sums');
  const x = graph.input('x', 'float32', [4]);
  graph.output('y', add(mul(x, x), 3));
  return serialize(graph);
}

describe('placement', () => {
  it('is what ONNX Runtime itself says', async () => {
    const placements = await placementOf(sums(), 'cpu');
    expect(placements).toEqual([{ provider: 'CPUExecutionProvider', nodes: 2, operators: [] }]);
    expect(describePlacements(placements)).toBe('2 nodes on CPUExecutionProvider');
  });

  it('is asked for before a model is loaded', async () => {
    const seen: string[] = [];
    const runtime = createRuntime({ threads: 1 }, async (model) => {
      seen.push(graphName(model));
    });
    await (await runtime.load(sums())).release();
    expect(seen).toEqual(['sums']);
  });

  it('of what is no model is an error that says so', async () => {
    await expect(placementOf(new Uint8Array([1, 2, 3]), 'cpu')).rejects.toMatchObject({
      code: 'placement',
      message: expect.stringMatching(/^placement: expected ONNX Runtime's log .*, got Error: /),
    });
  });

  it('of two providers is read line by line', () => {
    const line = (text: string) =>
      `2026-11-28 10:34:40.9 [V:onnxruntime:, session_state.cc:1385 VerifyEachNodeIsAssignedToAnEp] ${text}\n`;
    const log =
      line('Node placements') +
      line(' Node(s) placed on [CPUExecutionProvider]. Number of nodes: 3') +
      line('  Sign (Sign_3)') +
      line('  Sign (Sign_4)') +
      line('  Expand (Expand_5)') +
      '2026-11-28 10:34:40.9 [I:onnxruntime:, other.cc:1 Other]   Conv (Conv_9)\n' +
      line(' Node(s) placed on [WebGpuExecutionProvider]. Number of nodes: 4') +
      line('  Conv (Conv_1)') +
      line('  Add (Add_2)') +
      line('  Add (Add_6)') +
      line('  Conv (Conv_7)');
    const placements = readPlacements(log);
    expect(placements).toEqual([
      { provider: 'WebGpuExecutionProvider', nodes: 4, operators: ['Conv', 'Add'] },
      { provider: 'CPUExecutionProvider', nodes: 3, operators: ['Sign', 'Expand'] },
    ]);
    expect(describePlacements(placements)).toBe(
      '4 nodes on WebGpuExecutionProvider, 3 on CPUExecutionProvider (Sign, Expand)',
    );
  });
});

describe('graphName', () => {
  it('reads the name past the weights', () => {
    const graph = new Graph('weighty');
    const x = graph.input('x', 'float32', [300]);
    graph.output('y', add(x, graph.constant(new Float32Array(300).fill(2), [300], { name: 'w' })));
    expect(graphName(serialize(graph))).toBe('weighty');
    expect(graphName(new Uint8Array(0))).toBe('');
  });
});
