import { z } from 'zod';

/** One place in a request that is not as it must be. */
export interface ProblemField {
  /** Where, such as `seeds.3`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** An RFC 9457 problem document. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly ProblemField[] | undefined;
}

export const ProblemSchema: z.ZodType<ProblemDocument> = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' });

export const PROBLEM_TYPE = 'application/problem+json';

/** Every kind of answer that is no success: the end of its `type`. */
export type ProblemKind =
  | 'malformed-request'
  | 'unauthorized'
  | 'not-found'
  | 'method-not-allowed'
  | 'timeout'
  | 'conflict'
  | 'too-large'
  | 'unsupported-media-type'
  | 'range-not-satisfiable'
  | 'wrong-host'
  | 'invalid'
  | 'unknown-name'
  | 'too-many-requests'
  | 'queue-full'
  | 'too-many-streams'
  | 'too-many-uploads'
  | 'too-many-previews'
  | 'headers-too-large'
  | 'internal'
  | 'stopping'
  | 'storage-full';

const KINDS: Readonly<Record<ProblemKind, readonly [status: number, title: string]>> = {
  'malformed-request': [400, 'Malformed request'],
  unauthorized: [401, 'Token missing or wrong'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  timeout: [408, 'Request took too long'],
  conflict: [409, 'Conflict'],
  'too-large': [413, 'Body too large'],
  'unsupported-media-type': [415, 'Unsupported media type'],
  'range-not-satisfiable': [416, 'Range not satisfiable'],
  'wrong-host': [421, 'Wrong Host header'],
  invalid: [422, 'Request does not fit the schema'],
  'unknown-name': [422, 'No such model or image set'],
  'too-many-requests': [429, 'Too many requests'],
  'queue-full': [429, 'Queue is full'],
  'too-many-streams': [429, 'Too many event streams'],
  'too-many-uploads': [429, 'Too many uploads at once'],
  'too-many-previews': [429, 'Too many previews at once'],
  'headers-too-large': [431, 'Headers too large'],
  internal: [500, 'Internal error'],
  stopping: [503, 'Service is stopping'],
  'storage-full': [507, 'No space left'],
};

/** Thrown anywhere below a route; the error handler writes it as a problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemKind;
  readonly fields: readonly ProblemField[];
  /** Headers that belong to the answer, such as Retry-After. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    more: { fields?: readonly ProblemField[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.code = kind;
    this.fields = more.fields ?? [];
    this.headers = more.headers ?? {};
  }

  get status(): number {
    return KINDS[this.code][0];
  }

  document(): ProblemDocument {
    const [status, title] = KINDS[this.code];
    return {
      type: `urn:turnaround:problem:${this.code}`,
      title,
      status,
      detail: this.message,
      ...(this.fields.length > 0 ? { errors: this.fields } : {}),
    };
  }
}

/** Most places that one answer lists: a hostile body can have as many as it has bytes. */
const MOST_FIELDS = 20;

/** A failed check by a schema. @param what  the part of the request: `body`, `query` */
export function invalid(what: string, error: z.ZodError): Problem {
  const fields = error.issues.slice(0, MOST_FIELDS).map(({ path, message }) => ({
    path: path.map(String).join('.').slice(0, 200),
    message: message.slice(0, 300),
  }));
  const more = error.issues.length - fields.length;
  const detail = `${what}: ${error.issues.length} ${error.issues.length === 1 ? 'place does' : 'places do'} not fit${more > 0 ? `; the first ${MOST_FIELDS} are listed` : ''}`;
  return new Problem('invalid', detail, { fields });
}

/** What libraries throw (http-errors of body-parser and send, errors of node:fs), as a problem; unknown ones are defects. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { status, type, code, message, headers } = error as {
    status?: number;
    type?: string;
    code?: string;
    message?: string;
    headers?: Record<string, string>;
  };
  if (code === 'ENOSPC') return new Problem('storage-full', 'the data folder has no space left');
  if (type === 'entity.parse.failed')
    return new Problem('malformed-request', 'body: expected JSON, got something else');
  if (status === 413) return new Problem('too-large', 'body: larger than this service takes');
  if (status === 415) return new Problem('unsupported-media-type', `body: ${message ?? 'unknown encoding'}`);
  if (status === 416)
    return new Problem('range-not-satisfiable', 'Range: expected a part of the file', {
      headers: headers ?? {},
    });
  if (status === 404) return new Problem('not-found', 'no such resource');
  if (status !== undefined && status >= 400 && status < 500)
    return new Problem('malformed-request', 'the request could not be read');
  return new Problem('internal', 'something went wrong here; the log of the service says what');
}
