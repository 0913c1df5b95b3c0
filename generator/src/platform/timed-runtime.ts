import type { Runtime } from '../graph/runtime.ts';

/** A runtime that adds up the time for which its sessions run. Runs that overlap count once. */
export function timedRuntime(runtime: Runtime): { readonly runtime: Runtime; spent(): number } {
  let spent = 0;
  let running = 0;
  let since = 0;
  return {
    runtime: {
      device: runtime.device,
      async load(model) {
        const session = await runtime.load(model);
        return {
          inputNames: session.inputNames,
          outputNames: session.outputNames,
          async run(feeds, fetches) {
            if (running++ === 0) since = performance.now();
            try {
              return await session.run(feeds, fetches);
            } finally {
              if (--running === 0) spent += performance.now() - since;
            }
          },
          release: () => session.release(),
        };
      },
    },
    /** Milliseconds so far; a run under way counts when it ends. */
    spent: () => spent,
  };
}
