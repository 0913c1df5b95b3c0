import express, { type Express } from 'express';
import helmet from 'helmet';
import { notFound, writeProblems } from './http/errors.ts';
import { servePanel } from './http/panel.ts';
import { mountRoutes } from './http/route.ts';
import { allowOrigins, checkHost, limitRate, requireToken } from './http/security.ts';
import { allRoutes } from './routes/index.ts';
import type { Service } from './service.ts';

/** The service as an express app: what every request passes, then the routes. */
export function createApp(service: Service, log: (message: string) => void): Express {
  const { settings, metrics } = service;
  const routes = allRoutes(service);
  const app = express();
  app.set('query parser', 'simple');
  app.set('strict routing', true);
  app.set('etag', false);
  app.use(helmet());
  app.use(metrics.count);
  app.use((_, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use(checkHost(settings));
  app.use(...allowOrigins(settings), (_, __, next) => next());
  const isOpen = (route: { readonly open?: boolean }) => route.open === true;
  mountRoutes(app, routes.filter(isOpen), settings.maxBodyBytes);
  app.use(limitRate(settings));
  // The page itself asks for the token.
  if (settings.panel !== null) app.use(servePanel(settings.panel));
  app.use(requireToken(settings));
  mountRoutes(
    app,
    routes.filter((route) => !isOpen(route)),
    settings.maxBodyBytes,
  );
  app.use(notFound);
  app.use(writeProblems(log));
  return app;
}
