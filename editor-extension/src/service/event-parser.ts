/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  /** Parsed JSON. */
  readonly data: unknown;
}

/**
 * Reads a stream of server-sent events in pieces of any size. `EventSource` cannot send a token; `fetch` can, and leaves the
 * reading to others.
 */
export class EventParser {
  private rest = '';

  /** The events that this piece completes. */
  push(text: string): ServerEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop()!;
    return blocks.flatMap((block) => {
      let event = 'message';
      const data: string[] = [];
      for (const line of block.split('\n')) {
        const colon = line.indexOf(':');
        const value = line.slice(colon + 1).replace(/^ /, '');
        if (line.startsWith('event:')) event = value;
        if (line.startsWith('data:')) data.push(value);
      }
      return data.length > 0 ? [{ event, data: JSON.parse(data.join('\n')) as unknown }] : [];
    });
  }
}
