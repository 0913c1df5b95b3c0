import type { Plugin } from 'vite';

/**
 * Isolates every page from others, without which a browser gives it no threads: networks would run on one core. Workers need
 * the same headers as their page, so everything is sent with them.
 */
export function isolation(): Plugin {
  return {
    name: 'turnaround:isolation',
    configureServer({ middlewares }) {
      middlewares.use((_request, response, next) => {
        response.setHeader('cross-origin-opener-policy', 'same-origin');
        response.setHeader('cross-origin-embedder-policy', 'require-corp');
        next();
      });
    },
  };
}
