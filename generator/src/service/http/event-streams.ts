import type { Request, Response } from 'express';
import type { JobEvent } from '../jobs/job-events.ts';
import { Problem } from '../problem.ts';

/** Bytes that may wait for a client. One that reads slower than events come is dropped, and can come back. */
const MOST_WAITING = 256 * 1024;

/** An open stream of server-sent events. */
export interface EventStream {
  send(event: JobEvent): void;
  end(): void;
}

interface OpenStream {
  readonly response: Response;
  /** Whether bytes were waiting at the last heartbeat. */
  waiting: boolean;
}

/** All event streams of a service: how many there are, their heartbeats, and who is dropped. */
export class EventStreams {
  readonly #open = new Set<OpenStream>();
  readonly #most: number;
  readonly #timer: NodeJS.Timeout;

  constructor(most: number, heartbeat: number) {
    this.#most = most;
    // One timer for all: a thousand streams need no thousand timers.
    this.#timer = setInterval(() => this.#beat(), heartbeat);
    this.#timer.unref();
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Answers a request by a stream.
   * @param closed  called once, however the stream ends
   * @throws Problem `too-many-streams`
   */
  open(request: Request, response: Response, closed: () => void): EventStream {
    if (this.#open.size >= this.#most)
      throw new Problem('too-many-streams', `events: expected at most ${this.#most} open streams`, {
        headers: { 'Retry-After': '30' },
      });
    const stream: OpenStream = { response, waiting: false };
    this.#open.add(stream);
    response.once('close', () => {
      this.#open.delete(stream);
      closed();
    });
    request.socket.setKeepAlive(true, 30_000);
    request.socket.setNoDelay(true);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // nginx would hold events back.
      'X-Accel-Buffering': 'no',
    });
    response.write('retry: 2000\n\n');
    return {
      send({ id, event, data }) {
        if (response.writableEnded || response.destroyed) return;
        if (response.writableLength > MOST_WAITING) response.destroy();
        // JSON holds no line breaks, so that one data line is enough.
        else response.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      },
      end: () => void response.end(),
    };
  }

  /** Ends all. */
  close(): void {
    clearInterval(this.#timer);
    for (const { response } of this.#open) response.end();
  }

  /** A client that has taken nothing for a whole interval has vanished, or might as well have. */
  #beat(): void {
    for (const stream of this.#open) {
      const { response } = stream;
      if (stream.waiting && response.writableLength > 0) response.destroy();
      else {
        stream.waiting = response.writableLength > 0;
        response.write(': \n\n');
      }
    }
  }
}
