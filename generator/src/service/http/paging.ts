import { z } from 'zod';
import { Problem } from '../problem.ts';

export interface Page {
  readonly limit: number;
  /** Id of the last item that the client has. */
  readonly after?: string | undefined;
}

const MOST = 1000;

/** Entries of a query that say which part of a list is wanted. */
export const PAGE_QUERY: {
  readonly limit: z.ZodType<number>;
  readonly after: z.ZodType<string | undefined>;
} = {
  limit: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'expected a whole number from 1 to 1000')
    .default('100')
    .transform(Number)
    .refine((limit) => limit <= MOST, 'expected a whole number from 1 to 1000'),
  after: z.string().max(64).optional(),
};

/** A part of a list. `next` is what `after` has to be for the part that follows; null at the end. */
export function pageOf<T extends { readonly id: string }>(
  all: readonly T[],
  { limit, after }: Page,
): { items: T[]; next: string | null } {
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && from === 0)
    throw new Problem('invalid', 'query: after names nothing that is here', {
      fields: [{ path: 'after', message: 'expected an id of this list' }],
    });
  const items = all.slice(from, from + limit);
  return { items, next: from + limit < all.length ? items.at(-1)!.id : null };
}
