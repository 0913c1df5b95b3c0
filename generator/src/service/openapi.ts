import { z } from 'zod';
import { VERSION } from '../version.ts';
import type { Route, RouteAnswer } from './http/route.ts';
import { PROBLEM_TYPE, ProblemSchema } from './problem.ts';

type Json = Record<string, unknown>;

/** Every route can answer by these. */
const COMMON_PROBLEMS = [400, 401, 421, 429, 500];

const REASONS: Readonly<Record<number, string>> = {
  400: 'Malformed request',
  401: 'Token missing or wrong',
  404: 'Not found',
  409: 'Conflict',
  413: 'Body too large',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  421: 'Wrong Host header',
  422: 'Does not fit the schema, or names what is not there',
  429: 'Too many requests, jobs, previews, uploads or streams',
  500: 'Internal error',
  503: 'Service is stopping',
  507: 'No space left',
};

/** The OpenAPI 3.1 document of routes, with the schemas that requests are checked by. */
export function openApiDocument(routes: readonly Route[]): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method] = operation(route, schemas);
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: { title: 'Turnaround', version: VERSION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(route: Route, schemas: Json): Json {
  const { open, id, summary, body, answers, problems } = route;
  const responses: Json = {};
  for (const [status, answer] of Object.entries(answers)) responses[status] = response(answer, schemas);
  const common = open
    ? COMMON_PROBLEMS.filter((status) => status !== 401 && status !== 429)
    : COMMON_PROBLEMS;
  for (const status of [...common, ...problems, ...(route.query ? [422] : [])])
    responses[status] ??= {
      description: REASONS[status] ?? 'Problem',
      content: { [PROBLEM_TYPE]: { schema: reference(ProblemSchema, schemas, 'output') } },
    };
  return {
    operationId: id,
    summary,
    ...(open ? { security: [] } : {}),
    parameters: parameters(route),
    ...(body
      ? {
          requestBody: {
            required: true,
            content: {
              [body.type]:
                body.type === 'application/json' ? { schema: reference(body.schema, schemas, 'input') } : {},
            },
          },
        }
      : {}),
    responses,
  };
}

function response({ description, schema, type }: RouteAnswer, schemas: Json): Json {
  if (schema)
    return { description, content: { 'application/json': { schema: reference(schema, schemas, 'output') } } };
  return { description, ...(type ? { content: { [type]: {} } } : {}) };
}

function parameters({ path, query, headers = {} }: Route): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const schema = query ? jsonSchema(query, 'input') : {};
  const required = (schema['required'] as string[] | undefined) ?? [];
  const inQuery = Object.entries((schema['properties'] as Json | undefined) ?? {}).map(([name, value]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema: value,
  }));
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

/** A schema by its name among the components where it has one, else itself. */
function reference(schema: z.ZodType, schemas: Json, io: 'input' | 'output'): Json {
  const name = z.globalRegistry.get(schema)?.id;
  const { $defs = {}, ...own } = jsonSchema(schema, io);
  // Named schemas inside are components too, each once.
  for (const [inner, definition] of Object.entries($defs as Json)) schemas[inner] ??= definition;
  if (name === undefined) return own;
  schemas[name] ??= own;
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json;
  const text = JSON.stringify(rest, (key, value) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  );
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
