/** A graph that cannot be built as asked: wrong shapes, dtypes or graphs. */
export class GraphError extends Error {
  readonly code = 'graph';
  override readonly name = 'GraphError';
}
