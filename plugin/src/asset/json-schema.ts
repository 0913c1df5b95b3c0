/**
 * The part of JSON Schema (draft 2020-12) that the asset's schema is written in. The asset contract imports
 * nothing, so that it runs anywhere; a test holds this against a full implementation.
 */
export interface JsonSchema {
  readonly $schema?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

/** Where a value leaves its schema. */
export interface Mismatch {
  /** In JavaScript's notation, from the value itself: `views[2].yaw`; empty for the value as a whole. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** The first place where `value` leaves `schema`, or null. References are read from `root`. */
export function findMismatch(
  value: unknown,
  schema: JsonSchema,
  root: JsonSchema = schema,
  path = '',
): Mismatch | null {
  if (schema.$ref !== undefined) {
    const found = findMismatch(value, resolve(schema.$ref, root), root, path);
    if (found) return found;
  }
  const differ = (expected: string): Mismatch => ({ path, expected, got: describe(value) });
  if (schema.const !== undefined && value !== schema.const) return differ(JSON.stringify(schema.const));
  if (schema.type !== undefined && !hasType(value, schema.type)) return differ(withArticle(schema.type));
  if (typeof value === 'number') {
    const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = schema;
    if (value < minimum) return differ(`at least ${minimum}`);
    if (value > maximum) return differ(`at most ${maximum}`);
    if (value <= exclusiveMinimum) return differ(`more than ${exclusiveMinimum}`);
  } else if (typeof value === 'string') {
    if ([...value].length < (schema.minLength ?? 0)) return differ(`at least ${schema.minLength} characters`);
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value))
      return differ(`text like ${schema.pattern}`);
  } else if (Array.isArray(value)) {
    return findInArray(value, schema, root, path);
  } else if (isObject(value)) {
    return findInObject(value, schema, root, path);
  }
  return null;
}

function findInArray(
  value: readonly unknown[],
  schema: JsonSchema,
  root: JsonSchema,
  path: string,
): Mismatch | null {
  const { minItems = 0, maxItems = Infinity } = schema;
  if (value.length < minItems || value.length > maxItems) {
    const expected =
      minItems === maxItems
        ? `${minItems}`
        : maxItems === Infinity
          ? `at least ${minItems}`
          : `at most ${maxItems}`;
    return { path, expected: `${expected} items`, got: `${value.length}` };
  }
  if (!schema.items) return null;
  for (const [index, item] of value.entries()) {
    const found = findMismatch(item, schema.items, root, `${path}[${index}]`);
    if (found) return found;
  }
  return null;
}

function findInObject(
  value: Readonly<Record<string, unknown>>,
  schema: JsonSchema,
  root: JsonSchema,
  path: string,
): Mismatch | null {
  const inside = (key: string): string => (path === '' ? key : `${path}.${key}`);
  for (const key of schema.required ?? [])
    if (!Object.hasOwn(value, key)) return { path: inside(key), expected: 'a value', got: 'nothing' };
  for (const [key, item] of Object.entries(value)) {
    const properties = schema.properties ?? {};
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!property && schema.additionalProperties === false)
      return { path: inside(key), expected: 'no such property', got: describe(item) };
    const found = property && findMismatch(item, property, root, inside(key));
    if (found) return found;
  }
  return null;
}

function resolve(reference: string, root: JsonSchema): JsonSchema {
  const name = /^#\/\$defs\/(\w+)$/.exec(reference)?.[1];
  const found = name === undefined ? undefined : root.$defs?.[name];
  if (!found) throw new TypeError(`Expected a reference to #/$defs but received ${reference}`);
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isObject(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    default:
      return typeof value === type;
  }
}

function withArticle(type: string): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}

/** A value in a few words, for a message. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isObject(value)) return 'an object';
  if (typeof value !== 'string') return String(value);
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
