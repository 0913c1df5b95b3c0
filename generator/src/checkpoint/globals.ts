import type { Budget } from './budget.ts';
import { STORAGE_DTYPE } from './dtype.ts';
import { CheckpointError, quote } from './errors.ts';
import { readLegacy } from './legacy.ts';
import { NumpyDType, numpyScalar } from './numpy.ts';
import type { GlobalResolver } from './pickle.ts';
import { rebuildTensor } from './tensor.ts';
import { describeValue, Global, LongText, PersistentObject, Storage, Tensor } from './values.ts';

/**
 * The whitelist: every name that a StyleGAN2 file may refer to, and what this program makes of it. Nothing else is
 * looked up anywhere.
 *
 * - `torch.*Storage`: tokens for element types
 * - `torch._utils.*`: tensors
 * - `torch.storage._load_from_bytes`: a storage inside an NVIDIA pickle; it may only name storage types
 * - `torch_utils.persistence._reconstruct_persistent_obj`: a module's class name and state; its source is dropped
 * - `collections.OrderedDict`, `dnnlib.util.EasyDict`, `argparse.Namespace` (rosinality's training options),
 *   `set`: containers
 * - `numpy.dtype`, `numpy.core.multiarray.scalar`: numbers
 * - `_codecs.encode`: bytes, as protocol 2 writes them
 */
export function checkpointGlobals(budget: Budget): GlobalResolver {
  const dict = (name: string): Global => {
    const make = (args: readonly unknown[]) => makeDict(name, args, budget);
    return new Global(name, make, make);
  };
  const set = (name: string) => new Global(name, (args) => makeSet(args, budget));
  const scalar = (name: string) => new Global(name, numpyScalar);
  const known = byName([
    new Global('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new Global('torch._utils._rebuild_parameter', parameter),
    new Global('torch._utils._rebuild_parameter_with_state', parameter),
    new Global('torch.storage._load_from_bytes', ([bytes]) => loadStorage(bytes, budget)),
    new Global('torch_utils.persistence._reconstruct_persistent_obj', persistentObject),
    dict('collections.OrderedDict'),
    dict('dnnlib.util.EasyDict'),
    dict('argparse.Namespace'),
    set('builtins.set'),
    set('__builtin__.set'),
    scalar('numpy.core.multiarray.scalar'),
    scalar('numpy._core.multiarray.scalar'),
    new Global('numpy.dtype', ([code]) => new NumpyDType(code)),
    new Global('_codecs.encode', (args) => encodeLatin1(args, budget)),
    ...storageTypes(),
  ]);
  return (module, name, strings) => known.get(`${module}.${name}`) ?? refuse(module, name, strings());
}

/** What a storage's own pickles may name. Tensors and further storages may not nest in one. */
const STORAGE_GLOBALS = byName([new Global('collections.OrderedDict', () => new Map()), ...storageTypes()]);

const resolveStorage: GlobalResolver = (module, name) =>
  STORAGE_GLOBALS.get(`${module}.${name}`) ?? refuse(module, name, []);

function storageTypes(): Global[] {
  return [...STORAGE_DTYPE.keys()].map((name) => new Global(name));
}

function byName(globals: readonly Global[]): Map<string, Global> {
  return new Map(globals.map((global) => [global.name, global]));
}

/** Says no, and what kind of file this is where the name or the strings around it tell. */
function refuse(module: string, name: string, strings: readonly string[]): never {
  const found = quote(`${module}.${name}`);
  if (module === 'dnnlib.tflib' || module.startsWith('dnnlib.tflib.'))
    throw new CheckpointError(
      'tensorflow',
      `found ${found}: this is a pickle of the TensorFlow code. Convert it with legacy.py of NVIDIA's ` +
        'stylegan2-ada-pytorch (python legacy.py --source=OLD.pkl --dest=NEW.pkl) and import the result',
    );
  if (strings.includes('SynthesisInput'))
    throw new CheckpointError(
      'stylegan3',
      `found SynthesisInput and ${found}: this is a StyleGAN3, expected a StyleGAN2`,
    );
  // Python pickles functions of `os` under the module that the system they were pickled on has.
  const alias = module === 'posix' || module === 'nt' ? ` (${quote(`os.${name}`)})` : '';
  throw new CheckpointError(
    'global',
    `refused ${found}${alias}: a StyleGAN2 file has no need of it, and nothing of the file was run`,
  );
}

function makeDict(name: string, args: readonly unknown[], budget: Budget): Map<unknown, unknown> {
  const dict = new Map<unknown, unknown>();
  const [pairs, ...more] = args;
  if (pairs === undefined) return dict;
  if (!Array.isArray(pairs) || more.length > 0) throw badArguments(name, args);
  budget.operations(pairs.length);
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw badArguments(name, args);
    dict.set(pair[0], pair[1]);
  }
  return dict;
}

function makeSet(args: readonly unknown[], budget: Budget): Set<unknown> {
  const [items] = args;
  if (items === undefined) return new Set();
  if (!Array.isArray(items)) throw badArguments('set', args);
  budget.operations(items.length);
  return new Set(items);
}

function parameter([tensor, ...rest]: readonly unknown[]): Tensor {
  if (!(tensor instanceof Tensor)) throw badArguments('torch._utils._rebuild_parameter', [tensor, ...rest]);
  return tensor;
}

function persistentObject(args: readonly unknown[]): PersistentObject {
  const [meta] = args;
  const className = meta instanceof Map ? meta.get('class_name') : undefined;
  const state = meta instanceof Map ? meta.get('state') : undefined;
  if (
    !(meta instanceof Map) ||
    meta.get('type') !== 'class' ||
    typeof className !== 'string' ||
    !(state instanceof Map)
  )
    throw badArguments('torch_utils.persistence._reconstruct_persistent_obj', args);
  return new PersistentObject(className, state);
}

function loadStorage(bytes: unknown, budget: Budget): Storage {
  if (!(bytes instanceof Uint8Array)) throw badArguments('torch.storage._load_from_bytes', [bytes]);
  const storage = readLegacy(bytes, resolveStorage, budget);
  if (!(storage instanceof Storage))
    throw new CheckpointError(
      'pickle',
      `expected a storage inside of a tensor, got ${describeValue(storage)}`,
    );
  return storage;
}

/** `_codecs.encode(text, 'latin1')`: in UTF-8, latin1 takes one byte up to 0x7f and two beyond. */
function encodeLatin1(args: readonly unknown[], budget: Budget): Uint8Array {
  const [text, encoding] = args;
  if (encoding !== 'latin1') throw badArguments('_codecs.encode', args);
  const utf8 =
    typeof text === 'string' ? new TextEncoder().encode(text) : text instanceof LongText ? text.utf8 : null;
  if (!utf8) throw badArguments('_codecs.encode', args);
  budget.bytes(utf8.length);
  const latin1 = new Uint8Array(utf8.length);
  let length = 0;
  for (let i = 0; i < utf8.length; i++) {
    const byte = utf8[i] ?? 0;
    if (byte < 0x80) latin1[length++] = byte;
    else if (byte === 0xc2 || byte === 0xc3) latin1[length++] = ((byte & 3) << 6) | ((utf8[++i] ?? 0) & 0x3f);
    else throw new CheckpointError('pickle', 'a string of bytes holds characters beyond latin1');
  }
  return latin1.subarray(0, length);
}

function badArguments(name: string, args: readonly unknown[]): CheckpointError {
  return new CheckpointError(
    'pickle',
    `${name} is called with (${args.slice(0, 4).map(describeValue).join(', ')})`,
  );
}
