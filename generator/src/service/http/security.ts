import { createHash, timingSafeEqual } from 'node:crypto';
import cors from 'cors';
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { Problem } from '../problem.ts';
import { isLoopback, type ServiceSettings } from '../settings.ts';

/**
 * On loopback, takes only requests that were sent to a loopback name: a page of another site whose own name resolves
 * to 127.0.0.1 (DNS rebinding) sends that name.
 */
export function checkHost({ host }: Pick<ServiceSettings, 'host'>): RequestHandler {
  const checked = isLoopback(host);
  return (request, _, next) => {
    const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(request.headers.host ?? '')?.[1]?.toLowerCase();
    if (checked && (name === undefined || !isLoopback(name.replace(/^\[(.*)\]$/, '$1'))))
      throw new Problem('wrong-host', 'Host: expected localhost, 127.0.0.1 or [::1]');
    next();
  };
}

/** Lets the pages of the listed origins read answers; nothing where there are none. */
export function allowOrigins({ cors: origins }: Pick<ServiceSettings, 'cors'>): RequestHandler[] {
  if (origins.length === 0) return [];
  return [
    cors({
      origin: [...origins],
      methods: ['GET', 'HEAD', 'POST', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'If-None-Match', 'Last-Event-ID', 'Range'],
      exposedHeaders: ['Accept-Ranges', 'Content-Range', 'ETag', 'Location', 'Retry-After'],
      maxAge: 600,
    }),
  ];
}

export function limitRate({ requestsPerMinute }: Pick<ServiceSettings, 'requestsPerMinute'>): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: requestsPerMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, _response, next) =>
      next(new Problem('too-many-requests', `expected at most ${requestsPerMinute} requests a minute`)),
  });
}

/** Takes only requests with the token, compared in constant time; all where there is none. */
export function requireToken({ token }: Pick<ServiceSettings, 'token'>): RequestHandler {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const expected = token === null ? null : digest(token);
  return (request, _, next) => {
    const given = /^Bearer ([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    // Digests are of one length, whatever was sent.
    if (expected === null || (given !== undefined && timingSafeEqual(digest(given), expected))) return next();
    throw new Problem('unauthorized', 'Authorization: expected Bearer and the token of this service', {
      headers: { 'WWW-Authenticate': 'Bearer realm="turnaround"' },
    });
  };
}
