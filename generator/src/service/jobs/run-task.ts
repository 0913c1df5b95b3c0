import { radians, type ViewRange } from '@turnaround/plugin/asset';
import { BUILD_DEFAULTS, buildCharacter, STEPS_FROM_MODEL } from '../../pipeline/build/index.ts';
import { searchDirection } from '../../pipeline/direction-stage.ts';
import { EVALUATE_DEFAULTS, evaluateModels } from '../../pipeline/evaluate/evaluate.ts';
import type { EvaluatePlatform } from '../../pipeline/evaluate/readers.ts';
import { generateCharacters } from '../../pipeline/generate.ts';
import { IMPORT_DEFAULTS, importModel } from '../../pipeline/import-model.ts';
import { PipelineError } from '../../pipeline/platform.ts';
import { TRAINING_CONFIGS } from '../../pipeline/training-configs.ts';
import { TRAINING_STAGES, trainAll } from '../../pipeline/training-stages.ts';
import type {
  BuildRequest,
  DegreeRange,
  EvaluateRequest,
  GenerateRequest,
  ImportRequest,
  TrainRequest,
} from './job-request.ts';
import type { JobOutcome, JobTask } from './job-runner.ts';

type Folders = JobTask['folders'];

/** Does a job with the stages that the commands of the same names run. */
export function runTask(platform: EvaluatePlatform, { request, folders }: JobTask): Promise<JobOutcome> {
  switch (request.kind) {
    case 'generate':
      return generate(platform, request, folders);
    case 'build':
      return build(platform, request, folders);
    case 'train':
      return train(platform, request, folders);
    case 'evaluate':
      return evaluate(platform, request, folders);
    case 'import':
      return importCheckpoint(platform, request, folders);
  }
}

const inRadians = ({ from, to }: DegreeRange): ViewRange => ({
  minimum: radians(from),
  maximum: radians(to),
});

async function generate(platform: EvaluatePlatform, request: GenerateRequest, folders: Folders) {
  const { kind: _, range, refine, ...options } = request;
  const result = await generateCharacters(platform, {
    ...options,
    model: folders.model!,
    out: folders.out,
    range: range && inRadians(range),
    matte: null,
    refine: refine ? null : false,
    keepViews: false,
  });
  const assets = result.characters.map(({ sha256, file, bytes }) => ({ id: sha256, file, bytes }));
  return { result, assets };
}

async function build(platform: EvaluatePlatform, request: BuildRequest, folders: Folders) {
  const { kind: _, workResolution, steps, name, ...options } = request;
  const { made, character } = await buildCharacter(platform, {
    ...options,
    images: folders.images!,
    out: folders.out,
    name: name ?? request.images,
    from: folders.from,
    matte: null,
    workSide: workResolution,
    steps: steps ?? (folders.from === null ? BUILD_DEFAULTS.steps : STEPS_FROM_MODEL),
  });
  const { sha256, file, bytes } = character;
  return { result: { made, ...character }, assets: [{ id: sha256, file, bytes }] };
}

async function train(platform: EvaluatePlatform, request: TrainRequest, folders: Folders) {
  const { kind: _, stage: stageName, config, ...rest } = request;
  const options = {
    ...rest,
    model: folders.model!,
    config: TRAINING_CONFIGS.find(({ name }) => name === config)!,
    matte: null,
    previews: `${folders.out}/preview`,
  };
  const stage = TRAINING_STAGES.find(({ name }) => name === stageName);
  const results = stage
    ? [{ stage: stage.name, ...(await stage.run(platform, options)) }]
    : await trainAll(platform, options);
  const stages = results.map(({ stage: name, trained }) => ({ stage: name, trained }));
  return {
    result: { model: request.model, stages, calibrated: results.at(-1)!.manifest.calibrated },
    assets: [],
  };
}

async function evaluate(platform: EvaluatePlatform, request: EvaluateRequest, folders: Folders) {
  const { kind: _, range, ...options } = request;
  const result = await evaluateModels(platform, {
    ...options,
    model: folders.model!,
    against: folders.against,
    out: folders.out,
    range: inRadians(range),
    matte: null,
    real: null,
    realCount: EVALUATE_DEFAULTS.realCount,
    realSubjects: null,
    ablation: null,
    readers: { inception: null, identity: null, yaw: null },
  });
  return { result, assets: [] };
}

async function importCheckpoint(platform: EvaluatePlatform, request: ImportRequest, folders: Folders) {
  const { kind: _, ...options } = request;
  const out = folders.model!;
  const imported = await importModel(platform, {
    ...options,
    out,
    checkpoint: folders.checkpoint!,
    pcaSamples: IMPORT_DEFAULTS.pcaSamples,
  });
  const { resolution, directionStatus, directionScores } = await searchDirection(
    platform,
    out,
    imported,
    null,
  );
  // The command ends with exit code 1 here too: nothing can be made with such a model.
  if (directionStatus !== 'found')
    throw new PipelineError(
      'no-direction',
      `model ${request.name}: expected a direction that turns the subject, none of ${directionScores.length} candidates does`,
    );
  return { result: { model: request.name, resolution, directionStatus }, assets: [] };
}
