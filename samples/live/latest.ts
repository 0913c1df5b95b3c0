/** Fulfils wishes one at a time. Of those that come meanwhile only the last is kept: nobody wants the others any more. */
export class Latest<T> {
  private readonly fulfil: (wish: T) => Promise<void>;
  private waiting: { readonly wish: T } | null = null;
  private busy = false;

  /** @param fulfil may fail; says so itself */
  constructor(fulfil: (wish: T) => Promise<void>) {
    this.fulfil = fulfil;
  }

  ask(wish: T): void {
    this.waiting = { wish };
    if (!this.busy) void this.work();
  }

  private async work(): Promise<void> {
    this.busy = true;
    while (this.waiting) {
      const { wish } = this.waiting;
      this.waiting = null;
      await this.fulfil(wish);
    }
    this.busy = false;
  }
}
