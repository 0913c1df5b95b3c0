import { PipelineError, type Platform } from './platform.ts';

/**
 * Refuses to go on with another training's state, before anything is drawn.
 * @param path of the file that says whose state lies beside it
 * @param key  of the training that wants to begin or go on
 * @throws PipelineError `training-other`
 */
export async function claimTraining(
  { files }: Pick<Platform, 'files'>,
  path: string,
  key: string,
): Promise<void> {
  if (!(await files.exists(path))) return files.write(path, key);
  if (new TextDecoder().decode(await files.read(path)) === key) return;
  throw new PipelineError(
    'training-other',
    `${path}: expected an unfinished training with these options, got another one's; ` +
      'go on with its options, or begin anew with --restart',
  );
}
