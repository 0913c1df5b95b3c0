import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from '../../editor-extension/src/panel/history.ts';
import { SUBJECT_DEFAULTS, subjectOf, withEdit, yawsOf } from '../../editor-extension/src/panel/subject.ts';
import { warpError } from '../../editor-extension/src/panel/warp-error.ts';
import { EventParser } from '../../editor-extension/src/service/event-parser.ts';

describe('the history', () => {
  it('goes back and forth through what was pushed, whatever the order', () => {
    const step = fc.oneof(fc.nat(), fc.constantFrom('undo' as const, 'redo' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const history = new History(-1);
        let [model, at]: [number[], number] = [[-1], 0];
        for (const next of steps) {
          if (next === 'undo') at = Math.max(0, at - 1);
          else if (next === 'redo') at = Math.min(model.length - 1, at + 1);
          else [model, at] = [[...model.slice(0, at + 1), next], at + 1];
          if (typeof next === 'number') history.push(next, null, 0);
          else history[next]();
          expect([history.current, history.canUndo, history.canRedo]).toEqual([
            model[at],
            at > 0,
            at < model.length - 1,
          ]);
        }
      }),
    );
  });

  it('takes the moves of one slider for one step, but not those of two, nor after a pause', () => {
    const history = new History(0);
    history.push(1, 'a', 0);
    history.push(2, 'a', 100);
    history.push(3, 'b', 200);
    history.push(4, 'b', 2000);
    expect([history.undo(), history.undo(), history.undo()]).toEqual([3, 2, 0]);
    history.push(5, 'b', 2100);
    expect([history.canRedo, history.undo()]).toEqual([false, 0]);
  });
});

describe('subjects', () => {
  it('keep no edit of 0, and none of another model', () => {
    const first = withEdit({ model: 'a', ...SUBJECT_DEFAULTS }, 'component 2', 1.5);
    expect(first.edits).toEqual({ 'component 2': 1.5 });
    expect(withEdit(first, 'component 2', 0).edits).toEqual({});
    expect(subjectOf('b', first)).toEqual({ ...first, model: 'b', edits: {} });
  });

  it('are seen from yaws evenly spread, both ends among them', () => {
    expect(yawsOf({ from: -60, to: 60 }, 5)).toEqual([-60, -30, 0, 30, 60]);
    expect(yawsOf({ from: -37, to: 37 }, 3)).toEqual([-37, 0, 37]);
  });
});

describe('server-sent events', () => {
  it('are the same however the stream is cut', () => {
    const sent = [
      { event: 'state', data: { state: 'running' } },
      { event: 'progress', data: { done: 1, text: 'a: b' } },
    ];
    const stream = `retry: 2000\n\n: \n\n${sent.map(({ event, data }) => `id: 1-2\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`).join('')}`;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (sizes) => {
        const parser = new EventParser();
        const read = [];
        for (let at = 0, k = 0; at < stream.length; k++) {
          const size = sizes[k % sizes.length]!;
          read.push(...parser.push(stream.slice(at, at + size)));
          at += size;
        }
        expect(read).toEqual(sent);
      }),
    );
  });
});

describe('the warp error', () => {
  const picture = (rgba: readonly number[]) => ({ width: 1, height: 1, data: Uint8Array.from(rgba) });
  const fresh = (rgba: readonly number[]) => ({
    width: 1,
    height: 1,
    data: Uint8ClampedArray.from(rgba) as never,
  });

  it('is none where premultiplied and straight pixels say the same', () => {
    expect(warpError(picture([200, 100, 0, 255]), fresh([200, 100, 0, 255])).psnr).toBe(Infinity);
    const half = warpError(picture([100, 50, 0, 128]), fresh([199, 100, 0, 128]));
    expect(half.difference[0]).toBe(0);
    // What neither covers does not count.
    expect(warpError(picture([0, 0, 0, 0]), fresh([255, 0, 0, 0])).psnr).toBe(Infinity);
  });

  it('is the difference on grey, and its PSNR that of the covered pixels', () => {
    const { difference, psnr } = warpError(picture([110, 100, 100, 255]), fresh([100, 100, 100, 255]));
    expect(difference[0]).toBe(3);
    expect(psnr).toBeCloseTo(10 * Math.log10(255 ** 2 / (100 / 3)), 9);
    expect(warpError(picture([0, 0, 0, 0]), fresh([255, 255, 255, 255])).difference[0]).toBe(127);
  });

  it('wants pictures of one size', () => {
    expect(() => warpError(picture([0, 0, 0, 0]), { ...fresh([]), width: 2 })).toThrow(/1×1 and 2×1/);
  });
});
