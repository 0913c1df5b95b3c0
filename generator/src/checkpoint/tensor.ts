import type { Budget } from './budget.ts';
import { decodeFloats, ITEM_SIZE } from './dtype.ts';
import { CheckpointError, describeShape, quote } from './errors.ts';
import { isCount } from './storage.ts';
import { describeValue, Storage, Tensor } from './values.ts';

const MOST_DIMENSIONS = 8;

/**
 * `torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks)`.
 *
 * @throws CheckpointError 'tensor' where an element would lie outside of the storage
 */
export function rebuildTensor(args: readonly unknown[]): Tensor {
  const [storage, offset, shape, strides] = args;
  if (!(storage instanceof Storage) || !isCount(offset) || !isCounts(shape) || !isCounts(strides))
    throw new CheckpointError(
      'tensor',
      `expected a tensor of a storage, an offset, sizes and strides, got ${args.slice(0, 4).map(describeValue).join(', ')}`,
    );
  if (shape.length !== strides.length)
    throw new CheckpointError(
      'tensor',
      `a tensor ${describeShape(shape)} has strides ${describeShape(strides)}`,
    );
  if (elementCount(shape) > 0) {
    const last = lastElement(offset, shape, strides);
    if (!(last < storage.count))
      throw new CheckpointError(
        'tensor',
        `a tensor ${describeShape(shape)} with strides ${describeShape(strides)} from element ${offset} reaches element ` +
          `${last}, outside of storage ${quote(storage.key)} of ${storage.count} elements`,
      );
  }
  return new Tensor(storage, offset, [...shape], [...strides]);
}

/**
 * A tensor's values in row-major order.
 *
 * @param name for messages
 * @returns float32 copy; half, bfloat16 and double values are converted
 * @throws CheckpointError 'tensor' where it holds integers, or more elements than its storage; 'budget'
 */
export function toFloat32(tensor: Tensor, name: string, budget: Budget): Float32Array {
  const { storage, offset, shape, strides } = tensor;
  const count = elementCount(shape);
  if (!storage.bytes)
    throw new CheckpointError('tensor', `${name}: the file does not hold storage ${quote(storage.key)}`);
  if (count > storage.count)
    throw new CheckpointError(
      'tensor',
      `${name}: ${describeShape(shape)} of a storage of ${storage.count} elements`,
    );
  // The part of the storage that the tensor spans: the tensor itself, but for one with gaps.
  const span = count === 0 ? 0 : lastElement(0, shape, strides) + 1;
  budget.elements(Math.max(span, count), name);
  const itemSize = ITEM_SIZE[storage.dtype];
  const bytes = storage.bytes.subarray(offset * itemSize, (offset + span) * itemSize);
  const floats = decodeFloats(bytes, storage.dtype);
  if (!floats)
    throw new CheckpointError('tensor', `${name}: expected floating-point numbers, got ${storage.dtype}`);
  return isContiguous(shape, strides) ? floats : gather(floats, shape, strides, count);
}

/** Copies a strided tensor, such as one in channels-last order, into rows. */
function gather(
  source: Float32Array,
  shape: readonly number[],
  strides: readonly number[],
  count: number,
): Float32Array {
  const target = new Float32Array(count);
  const innerSize = shape.at(-1) ?? 1;
  const innerStride = strides.at(-1) ?? 1;
  const index = new Array<number>(Math.max(shape.length - 1, 0)).fill(0);
  let from = 0;
  for (let to = 0; to < count; ) {
    for (let i = 0; i < innerSize; i++) target[to++] = source[from + i * innerStride] ?? 0;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      from += stride;
      index[axis] = next;
      if (next < (shape[axis] ?? 1)) break;
      from -= next * stride;
      index[axis] = 0;
    }
  }
  return target;
}

function lastElement(offset: number, shape: readonly number[], strides: readonly number[]): number {
  return shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), offset);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    if (size !== 1 && strides[axis] !== expected) return false;
    expected *= size;
  }
  return true;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_DIMENSIONS && value.every(isCount);
}
