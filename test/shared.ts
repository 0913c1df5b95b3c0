import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), '..');

/** The one place that knows where the large reference data lies: beside the repository, or `TURNAROUND_SHARED`. */
export const SHARED: string = process.env.TURNAROUND_SHARED ?? join(ROOT, '..', 'shared');

/** Whether the portraits data is there. Tests that need it are skipped with `sharedReason` where it is not. */
export const hasShared: boolean = existsSync(join(SHARED, 'portraits'));

/** Suffix for a test's name. */
export const sharedReason: string = hasShared ? '' : ' (skipped: the shared portraits data is absent)';

/** A file of the portraits data. */
export const portraits = (...path: string[]): string => join(SHARED, 'portraits', ...path);

/** A file of test/golden. */
export const golden = (...path: string[]): string => join(ROOT, 'test', 'golden', ...path);
