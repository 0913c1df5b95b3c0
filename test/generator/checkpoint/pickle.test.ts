import { describe, expect, it } from 'vitest';
import { Budget, OPERATION_LIMIT } from '../../../generator/src/checkpoint/budget.ts';
import { checkpointGlobals } from '../../../generator/src/checkpoint/globals.ts';
import { unpickle } from '../../../generator/src/checkpoint/pickle.ts';
import { refusal } from './files.ts';

type Part = number | string | Uint8Array;

/** Opcodes and their arguments: numbers are bytes, strings are UTF-8. */
function assemble(...parts: Part[]): Uint8Array {
  const flat = parts.flatMap((part) =>
    typeof part === 'number'
      ? [part]
      : [...(typeof part === 'string' ? new TextEncoder().encode(part) : part)],
  );
  return Uint8Array.from(flat);
}

function load(bytes: Uint8Array): unknown {
  const budget = new Budget(bytes.length);
  return unpickle(bytes, 0, { resolve: checkpointGlobals(budget), budget, what: 'the pickle' }).value;
}

const u32 = (value: number) => Uint8Array.from([0, 8, 16, 24], (shift) => value >>> shift);
/** SHORT_BINUNICODE */
const text = (value: string): Part[] => [0x8c, new TextEncoder().encode(value).length, value];
/** GLOBAL */
const named = (module: string, name: string) => `c${module}\n${name}\n`;
const repeat = (count: number, ...parts: Part[]): Uint8Array => {
  const once = assemble(...parts);
  const all = new Uint8Array(count * once.length);
  for (let i = 0; i < count; i++) all.set(once, i * once.length);
  return all;
};

describe('the pickle machine', () => {
  it.each<[string, unknown, Part[]]>([
    ['a negative int', -2, ['J', u32(-2)]],
    ['a 16-bit int', 0x1234, ['M', 0x34, 0x12]],
    ['an empty long', 0, [0x8a, 0]],
    ['a negative long', -129, [0x8a, 2, 0x7f, 0xff]],
    ['a long beyond 2^53', 2n ** 71n, [0x8a, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0]],
    ['a big-endian float', -1.5, ['G', 0xbf, 0xf8, 0, 0, 0, 0, 0, 0]],
    ['None and booleans', [null, true, false], ['N', 0x88, 0x89, 0x87]],
    ['bytes', Uint8Array.of(1, 2), ['C', 2, 1, 2]],
    ['bytes with a 64-bit length', Uint8Array.of(9), [0x8e, 1, 0, 0, 0, 0, 0, 0, 0, 9]],
    ['a string with a byte order mark', '\ufeffé', text('\ufeffé')],
    ['a dict', new Map([['a', 1]]), ['}', ...text('a'), 'K', 1, 's']],
    ['nested marks', [[1], 2], ['(', '(', 'K', 1, 't', 'K', 2, 't']],
    ['a list that grows twice', [1, 2, 3], [']', 'K', 1, 'a', '(', 'K', 2, 'K', 3, 'e']],
    ['a set', new Set([5]), [0x8f, '(', 'K', 5, 0x90]],
    ['a memoised value', [7, 7], ['K', 7, 'q', 3, 'h', 3, 0x86]],
    ['a frame', 7, [0x80, 4, 0x95, 3, 0, 0, 0, 0, 0, 0, 0, 'K', 7]],
    [
      'an OrderedDict with attributes',
      new Map([[1, 2]]),
      [named('collections', 'OrderedDict'), ')', 'R', 'K', 1, 'K', 2, 's', '}', 'b'],
    ],
    [
      'an OrderedDict of pairs',
      new Map([[1, 2]]),
      [named('collections', 'OrderedDict'), ']', 'K', 1, 'K', 2, 0x86, 'a', 0x85, 'R'],
    ],
    ['an EasyDict', new Map(), [...text('dnnlib.util'), ...text('EasyDict'), 0x93, ')', 0x81]],
    [
      'a numpy number',
      0.25,
      [
        named('numpy.core.multiarray', 'scalar'),
        named('numpy', 'dtype'),
        ...text('f8'),
        0x89,
        0x88,
        0x87,
        'R',
        '(',
        'K',
        3,
        ...text('<'),
        't',
        'b',
        'C',
        8,
        0,
        0,
        0,
        0,
        0,
        0,
        0xd0,
        0x3f,
        0x86,
        'R',
      ],
    ],
    [
      'bytes as protocol 2 has them',
      Uint8Array.of(0x41, 0xff, 0x80),
      [named('_codecs', 'encode'), ...text('A\u00ff\u0080'), ...text('latin1'), 0x86, 'R'],
    ],
  ])('reads %s', (_, value, parts) => {
    expect(load(assemble(...parts, '.'))).toEqual(value);
  });

  it("stops at the pickle's end", () => {
    const bytes = assemble('K', 1, '.', 'K', 2, '.');
    const budget = new Budget(bytes.length);
    const options = { resolve: checkpointGlobals(budget), budget, what: 'the pickle' };
    expect(unpickle(bytes, 0, options)).toEqual({ value: 1, end: 3 });
    expect(unpickle(bytes, 3, options)).toEqual({ value: 2, end: 6 });
  });

  it.each<[string, Part[], RegExp]>([
    ['the opcode INST', ['(', 'ios\nsystem\n'], /opcode 0x69 is not one that checkpoints use \(byte 1\)/],
    ['the opcode OBJ', ['(', 'o'], /opcode 0x6f/],
    ['the opcode EXT1', [0x82, 1], /opcode 0x82/],
    ['the opcode NEWOBJ_EX', [0x92], /opcode 0x92/],
    ['an unknown protocol', [0x80, 9], /protocol 9 is not known/],
    ['an empty stack', [0x85], /the stack is empty/],
    ['a pop beneath a mark', ['K', 1, '(', 0x85], /the stack is empty/],
    ['a missing mark', ['t'], /a collection has no start/],
    ['a stop on nothing', [], /the stack is empty/],
    ['a missing memo', ['h', 1], /nothing is memoised under 1/],
    ['half a pair', ['}', '(', 'K', 1, 'u'], /a dict is filled with a key that has no value/],
    ['an append to a dict', ['}', 'K', 1, 'a'], /expected a list to append to, got a dict of 0/],
    ['items for a list', [']', 'K', 1, 'K', 2, 's'], /expected a dict to fill, got a list of 0/],
    ['additions to a list', [']', '(', 'K', 1, 0x90], /expected a set to add to/],
    [
      'a call of a string',
      [...text('os.system'), ')', 'R'],
      /expected a known name to call, got "os.system"/,
    ],
    [
      'a call of a storage type',
      [named('torch', 'FloatStorage'), ')', 'R'],
      /torch.FloatStorage is not to be called/,
    ],
    [
      'an instance of a function',
      [named('_codecs', 'encode'), ')', 0x81],
      /_codecs.encode is not to be called/,
    ],
    [
      'arguments that are no tuple',
      [named('builtins', 'set'), 'K', 1, 'R'],
      /expected a tuple of arguments, got 1/,
    ],
    ['a state for a number', ['K', 1, '}', 'b'], /expected an object to set the state of, got 1/],
    ['a persistent id', ['K', 1, 'Q'], /a persistent id stands outside of a PyTorch file/],
    ['a name that is a number', ['K', 1, 'K', 2, 0x93], /expected the name of a global, got 1 and 2/],
    ['text that is not UTF-8', [0x8c, 1, 0xff], /a string is not UTF-8/],
    [
      'other encodings',
      [named('_codecs', 'encode'), ...text('a'), ...text('rot13'), 0x86, 'R'],
      /_codecs.encode is called/,
    ],
    ['a set of a number', [named('builtins', 'set'), 'K', 1, 0x85, 'R'], /set is called with \(1\)/],
    ['a name without end', ['c', 'a'.repeat(300)], /a name longer than 256 bytes/],
  ])('refuses %s', (_, parts, message) => {
    const found = refusal(() => load(assemble(...parts, '.')));
    expect(found.message).toMatch(message);
    expect(found.code).toBe('pickle');
  });

  it.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['torch', 'load'],
    ['torch.storage', '_load_from_bytes.__globals__'],
    ['numpy.core.multiarray', '_reconstruct'],
    ['collections', 'OrderedDict.__init__'],
    ['constructor', 'prototype'],
    ['__proto__', ''],
  ])('refuses %s.%s, whether called or only named, in both ways to name it', (module, name) => {
    const call = [...text('echo pwned'), 0x85, 'R', '.'];
    for (const parts of [
      [named(module, name), ...call],
      [...text(module), ...text(name), 0x93, ...call],
      [named(module, name), '.'],
    ]) {
      const found = refusal(() => load(assemble(...parts)));
      expect(found.message).toContain(`refused "${module}.${name}"`);
      expect(found.code).toBe('global');
    }
  });

  it('shows names of a file quoted and short', () => {
    const { message } = refusal(() => load(assemble(named('\u001b[31mos', 'x'.repeat(200)), '.')));
    expect(message).toContain('\\u001b[31mos.xxx');
    expect(message.length).toBeLessThan(200);
  });
});

describe('pickles made to exhaust', () => {
  /** Fails on its own where it takes long: none of these may. */
  const quickly = (parts: Part[]) => {
    // The processor's time: on a busy machine the clock says something else.
    const start = process.cpuUsage();
    const found = refusal(() => load(assemble(...parts)));
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(5000);
    return found;
  };

  it.each<[string, Part[]]>([
    ['bytes', [0x8e, 0, 0, 0, 0, 0, 0, 0, 0x10]],
    ['bytes of the largest size', [0x8e, ...new Array<number>(8).fill(0xff)]],
    ['text', ['X', u32(-1)]],
    ['a long', [0x8a, 255, 1]],
  ])('declared lengths of %s are held against the file', (_, parts) => {
    expect(quickly(parts)).toMatchObject({ code: 'truncated' });
  });

  it('a frame may say what it likes', () => {
    expect(load(assemble(0x95, ...new Array<number>(8).fill(0xff), 'N', '.'))).toBeNull();
  });

  it('a memo index far away takes no room', () => {
    expect(load(assemble('K', 1, 'r', u32(-1), 'j', u32(-1), 0x86, '.'))).toEqual([1, 1]);
  });

  it.each<[string, Part[]]>([
    ['dicts', ['}']],
    ['lists in lists', [']', 0x85]],
    ['marks', ['(']],
    ['frames', [0x95, 0, 0, 0, 0, 0, 0, 0, 0]],
  ])('endless %s run into the limit', (_, parts) => {
    const found = quickly([repeat(OPERATION_LIMIT, ...parts), '.']);
    expect(found).toMatchObject({ code: 'budget' });
    expect(found.message).toContain('more than 1000000 operations');
  });

  it('lists that hold themselves many times over are never walked', () => {
    const bomb = [']', 'q', 0, repeat(500, ']', 'q', 1, '(', repeat(100, 'h', 0), 'e', 'q', 0), '.'];
    expect(Array.isArray(load(assemble(...bomb)))).toBe(true);
  });

  it('a list copied again and again runs into the limit', () => {
    const list = [']', 'q', 0, '(', repeat(20_000, 'K', 1), 'e'];
    const found = quickly([...list, repeat(10_000, named('builtins', 'set'), 'h', 0, 0x85, 'R'), '.']);
    expect(found).toMatchObject({ code: 'budget' });
  });

  it('a text decoded again and again runs into the limit', () => {
    const long = ['X', u32(200_000), repeat(200_000, 'a'), 'q', 0];
    const encode = [named('_codecs', 'encode'), 'h', 0, ...text('latin1'), 0x86, 'R'];
    const found = quickly([...long, repeat(10_000, ...encode), '.']);
    expect(found.code).toBe('budget');
    expect(found.message).toContain('decodes the same bytes again and again');
  });

  it('storages do not nest', () => {
    const magic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.'];
    const machine = ['}', ...text('little_endian'), 0x88, 's', '.'];
    const inner = assemble(
      ...magic,
      'M',
      0xe9,
      3,
      '.',
      ...machine,
      named('torch.storage', '_load_from_bytes'),
      '.',
    );
    const found = quickly([
      named('torch.storage', '_load_from_bytes'),
      'C',
      inner.length,
      inner,
      0x85,
      'R',
      '.',
    ]);
    expect(found.message).toContain('refused "torch.storage._load_from_bytes"');
  });
});
