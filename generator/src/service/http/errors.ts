import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { asProblem, PROBLEM_TYPE, Problem } from '../problem.ts';

/** What no route took. */
export const notFound: RequestHandler = () => {
  throw new Problem('not-found', 'no such resource; /v1/openapi.json lists all');
};

/** Writes every error as a problem document. Only defects are logged, and their stack goes nowhere else. */
export function writeProblems(log: (message: string) => void): ErrorRequestHandler {
  return (error, request, response, _next) => {
    const problem = asProblem(error);
    if (problem.code === 'internal')
      log(`${request.method} ${response.locals['route'] ?? ''}: ${error?.stack ?? error}`);
    // Too late for another answer: the client sees that this one breaks off.
    if (response.headersSent) return void response.destroy();
    const unread = !request.complete && hasBody(request);
    response.removeHeader('ETag');
    response.removeHeader('Cache-Control');
    response
      .status(problem.status)
      .set({ ...problem.headers, 'Cache-Control': 'no-store', ...(unread ? { Connection: 'close' } : {}) })
      .type(PROBLEM_TYPE)
      .send(JSON.stringify(problem.document()));
  };
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;

/** The same for what Node's parser refuses before there is a request. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const problem =
      error.code === 'HPE_HEADER_OVERFLOW'
        ? new Problem('headers-too-large', 'headers: larger than this service takes')
        : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? new Problem('timeout', 'the request did not arrive in time')
          : new Problem('malformed-request', 'expected an HTTP/1.1 request, got something else');
    const body = JSON.stringify(problem.document());
    socket.end(
      `HTTP/1.1 ${problem.status} ${problem.document().title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
}
