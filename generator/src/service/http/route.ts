import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import type { z } from 'zod';
import { invalid, Problem } from '../problem.ts';

export interface RouteAnswer {
  readonly description: string;
  /** Of a JSON body. */
  readonly schema?: z.ZodType;
  /** Of another body. */
  readonly type?: string;
}

/** One operation: what the server does and what the OpenAPI document says come from the same object. */
export interface Route {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/v1/jobs/{id}`. */
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  /** Needs no token. */
  readonly open?: boolean;
  /** Checked before `handle`; what does not fit is 422. */
  readonly query?: z.ZodType;
  readonly body?:
    | { readonly type: 'application/json'; readonly schema: z.ZodType }
    | { readonly type: 'application/octet-stream' };
  readonly headers?: Readonly<Record<string, string>>;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Statuses of problem documents, besides those that every route can have. */
  readonly problems: readonly number[];
  handle(call: RouteCall): Promise<void> | void;
}

export interface RouteCall {
  readonly request: Request;
  readonly response: Response;
  /** As `query` reads it. */
  readonly query: unknown;
  /** As `body.schema` reads it. */
  readonly body: unknown;
}

const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

/** Adds routes to an app, and answers other methods of their paths by 405. */
export function mountRoutes(app: Express, routes: readonly Route[], maxBodyBytes: number): void {
  for (const route of routes) app[route.method](expressPath(route.path), ...handlers(route, maxBodyBytes));
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method.toUpperCase());
    const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].join(', ');
    app.all(expressPath(path), (request) => {
      throw new Problem('method-not-allowed', `${path}: expected ${allow}, got ${request.method}`, {
        headers: { Allow: allow },
      });
    });
  }
}

function handlers(route: Route, maxBodyBytes: number): RequestHandler[] {
  const { body, query } = route;
  const all: RequestHandler[] = [
    (_, response, next) => {
      response.locals['route'] = route.path;
      next();
    },
  ];
  if (body)
    all.push((request, _, next) => {
      if (request.is(body.type)) return next();
      // Reflected only inside JSON, and cut: headers are the client's.
      const got = request.headers['content-type']?.slice(0, 80) ?? 'none';
      throw new Problem(
        'unsupported-media-type',
        `Content-Type: expected ${body.type} with a body, got ${got}`,
      );
    });
  // Bodies that are sent compressed are refused: nothing a client sends here is large enough to need it.
  if (body?.type === 'application/json')
    all.push(express.json({ limit: maxBodyBytes, inflate: false, type: body.type }));
  all.push(async (request, response) => {
    await route.handle({
      request,
      response,
      query: query && read('query', query, request.query),
      body: body?.type === 'application/json' ? read('body', body.schema, request.body) : undefined,
    });
  });
  return all;
}

function read(what: string, schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(what, result.error);
}
