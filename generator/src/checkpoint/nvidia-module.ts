import { PersistentObject, Tensor } from './values.ts';

/** A `torch.nn.Module` of an NVIDIA pickle: its children, tensors and plain attributes, by path. */
export class NvidiaModule {
  /** Where it stands in the generator: `synthesis.b8.conv0`; empty for the generator itself. */
  readonly path: string;
  readonly #object: PersistentObject;

  constructor(path: string, object: PersistentObject) {
    this.path = path;
    this.#object = object;
  }

  get className(): string {
    return this.#object.className;
  }

  /** The path of something in this module. */
  label(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  children(): string[] {
    return [...this.#group('_modules').keys()].filter((name) => typeof name === 'string');
  }

  child(name: string): NvidiaModule | null {
    const object = this.#group('_modules').get(name);
    return object instanceof PersistentObject ? new NvidiaModule(this.label(name), object) : null;
  }

  /** A plain attribute; undefined where the module has none of that name. */
  attribute(name: string): unknown {
    return this.#object.state.get(name);
  }

  /** A parameter or buffer: layers that training froze hold their weights as buffers. */
  tensor(name: string): Tensor | null {
    const value = this.#group('_parameters').get(name) ?? this.#group('_buffers').get(name);
    return value instanceof Tensor ? value : null;
  }

  /** The module at a dotted path below this one. */
  descend(path: string): NvidiaModule | null {
    return path.split('.').reduce<NvidiaModule | null>((module, name) => module?.child(name) ?? null, this);
  }

  /** The tensor at a dotted path below this module. */
  find(path: string): Tensor | null {
    const dot = path.lastIndexOf('.');
    const owner = dot < 0 ? this : this.descend(path.slice(0, dot));
    return owner?.tensor(path.slice(dot + 1)) ?? null;
  }

  #group(name: string): ReadonlyMap<unknown, unknown> {
    const group = this.#object.state.get(name);
    return group instanceof Map ? group : new Map();
  }
}
