/** Changes that follow each other this closely (ms) under one key are one step: the moves of a slider. */
const ONE_MOVE = 800;

/** States that can be gone back to. */
export class History<T> {
  private readonly states: T[];
  private at = 0;
  private key: string | null = null;
  private changed = 0;

  constructor(first: T) {
    this.states = [first];
  }

  get current(): T {
    return this.states[this.at]!;
  }

  get canUndo(): boolean {
    return this.at > 0;
  }

  get canRedo(): boolean {
    return this.at < this.states.length - 1;
  }

  /**
   * Puts a new state behind the current one; what was undone is forgotten.
   * @param key what has changed; null: a step of its own
   * @param now ms
   */
  push(state: T, key: string | null, now: number): void {
    const joins = key !== null && key === this.key && now - this.changed < ONE_MOVE && this.at > 0;
    this.states.length = joins ? this.at : this.at + 1;
    this.states.push(state);
    this.at = this.states.length - 1;
    [this.key, this.changed] = [key, now];
  }

  undo(): T {
    this.key = null;
    this.at = Math.max(0, this.at - 1);
    return this.current;
  }

  redo(): T {
    this.key = null;
    this.at = Math.min(this.states.length - 1, this.at + 1);
    return this.current;
  }
}
