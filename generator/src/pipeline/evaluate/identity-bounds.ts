import { cosineSimilarity, mean, type PoseZone } from '../../evaluation/index.ts';
import { type Figure, figureOf, yawOf } from '../../evaluation/report/index.ts';
import type { Platform } from '../platform.ts';
import type { MeasuredSubject } from './measure-subject.ts';
import type { Readers } from './open-readers.ts';
import { listPeople, readPicture } from './real-pictures.ts';

type ByZone = Readonly<Record<string, Figure | null>>;

/** A view's likeness to a source, and where it was seen from. */
interface Likeness {
  readonly yaw: number;
  readonly cosine: number;
}

const byZones = (people: readonly (readonly Likeness[])[], zones: readonly PoseZone[]): ByZone =>
  Object.fromEntries(
    zones.map(({ name, reach }) => {
      const values = people.map((views) => {
        const within = views.filter(({ yaw }) => Math.abs(yaw) <= reach);
        return within.length > 0 ? mean(within.map(({ cosine }) => cosine)) : null;
      });
      return [name, figureOf(values)];
    }),
  );

/** Cosine between a subject's views and the source of the next subject: what no likeness at all comes to. */
export function identityFloor(subjects: readonly MeasuredSubject[], zones: readonly PoseZone[]): ByZone {
  const likenesses = subjects.map(({ views, identities }, k) => {
    const source = subjects[(k + 1) % subjects.length]!.identities[0];
    if (!source || subjects.length < 2) return [];
    return views.map((view, v) => ({
      yaw: yawOf(view),
      cosine: cosineSimilarity(identities[v + 1]!, source),
    }));
  });
  return byZones(likenesses, zones);
}

export interface IdentityCeiling {
  readonly figures: ByZone;
  readonly people: number;
}

/** Most people and views of each that the ceiling is taken from. */
const PEOPLE = 24;
const VIEWS = 13;

/** Cosine between true pictures of one person and their most frontal one: what full likeness comes to at these yaws. */
export async function identityCeiling(
  platform: Platform,
  { yaw, identity }: Readers,
  folder: string,
  zones: readonly PoseZone[],
): Promise<IdentityCeiling> {
  const people = await listPeople(platform, folder, PEOPLE, VIEWS);
  const likenesses: Likeness[][] = [];
  for (const paths of people) {
    platform.signal.throwIfAborted();
    const pictures = await Promise.all(paths.map((path) => readPicture(platform, path)));
    const yaws = (await yaw?.read(pictures)) ?? null;
    const vectors = (await identity?.features(pictures)) ?? null;
    if (!yaws || !vectors) break;
    const source = yaws.reduce((best, one, k) => (Math.abs(one) < Math.abs(yaws[best]!) ? k : best), 0);
    likenesses.push(
      yaws.flatMap((one, k) =>
        k === source ? [] : [{ yaw: one, cosine: cosineSimilarity(vectors[k]!, vectors[source]!) }],
      ),
    );
    platform.progress({ stage: 'real people', done: likenesses.length, total: people.length });
  }
  return { figures: byZones(likenesses, zones), people: likenesses.length };
}
