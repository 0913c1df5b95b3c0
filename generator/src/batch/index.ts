export { BatchError } from './errors.ts';
export { generateInThreads, type InThreadsOptions } from './in-threads.ts';
export { generateByQueue, type QueueTarget } from './produce.ts';
export { type DeadLetter, openQueue } from './queue.ts';
export { runWorker, WORKER_DEFAULTS, type WorkerOptions, type WorkerResult } from './worker.ts';
