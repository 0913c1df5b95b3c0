import type { Runtime } from '../graph/runtime.ts';
import type { TrainingRuntime } from '../graph/training-session.ts';
import type { ImageCodec } from '../impostor/image.ts';
import type { Files } from './files.ts';

/** How far a stage has come. */
export interface ProgressEvent {
  /** What is being done, in a word or two: `direction`, `characters`. */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** The item that has just been finished. */
  readonly text?: string;
}

/** What trains networks, away from the thread that stages run on. */
export interface OpenTraining extends TrainingRuntime {
  /** Ends it; steps under way are lost. */
  close(): Promise<void>;
}

/** What stages need from the machine they run on. */
export interface Platform {
  readonly files: Files;
  readonly images: ImageCodec;
  readonly runtime: Runtime;
  /** On the same device as `runtime`. Whoever opens it closes it. */
  openTraining(): OpenTraining;
  /** Stages stop between items when it fires, and leave what is finished. */
  readonly signal: AbortSignal;
  progress(event: ProgressEvent): void;
  /** Something a person should know and that does not stop the work. */
  warn(message: string): void;
}

/** A stage that cannot do what it was asked; `code` says why, the message what to do. */
export class PipelineError extends Error {
  override readonly name = 'PipelineError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
