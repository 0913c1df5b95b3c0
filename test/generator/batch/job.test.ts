import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type BatchJob, BatchJobSchema, jobId } from '../../../generator/src/batch/job.ts';

const job: BatchJob = {
  ...{ formatVersion: 1, seed: 7, key: 'a'.repeat(64), modelHash: 'b'.repeat(64) },
  recipe: {
    ...{ model: '/models/m', views: 3, range: { minimum: -1, maximum: 1 }, truncation: 0.8, matte: null },
    ...{ format: 'webp', triangles: 2000, geometry: 'plain', refine: null, polish: 0, keepViews: false },
  },
  ...{ out: '/out', endpoint: null, reject: false },
};

it('comes back from a queue as it went', () => {
  for (const one of [job, { ...job, recipe: { ...job.recipe, noise: 'turning' } }])
    expect(BatchJobSchema.parse(JSON.parse(JSON.stringify(one)))).toEqual(one);
});

it('is one job for one file, whatever else is said', () => {
  expect(jobId({ ...job, recipe: { ...job.recipe, model: '/elsewhere' } })).toBe(jobId(job));
  const others = [{ key: 'c'.repeat(64) }, { out: '/other' }, { endpoint: 'http://s3' }, { reject: true }];
  expect(new Set([job, ...others.map((other) => ({ ...job, ...other }))].map(jobId)).size).toBe(5);
});

it('is refused where anything is missing, strange or too much', () => {
  for (const name of Object.keys(job)) {
    const { [name as keyof BatchJob]: _, ...rest } = job;
    expect(BatchJobSchema.safeParse(rest).success, name).toBe(false);
  }
  expect(BatchJobSchema.safeParse({ ...job, command: 'rm' }).success).toBe(false);
  expect(BatchJobSchema.safeParse({ ...job, recipe: { ...job.recipe, noise: 'loud' } }).success).toBe(false);
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(job)), fc.jsonValue(), (name, value) => {
      const changed = { ...job, [name]: value };
      const read = BatchJobSchema.safeParse(changed);
      // Whatever passes is a job: written again, it is the same.
      if (read.success)
        expect(BatchJobSchema.parse(JSON.parse(JSON.stringify(read.data)))).toEqual(read.data);
      else expect(read.error.issues[0]!.path[0]).toBe(name);
    }),
  );
});
