import {
  type CandidateScore,
  candidatePicture,
  type DirectionInput,
  parseDirectionId,
} from '../gan/direction/index.ts';
import type { ModelManifest } from './model-manifest.ts';
import type { Platform } from './platform.ts';

/**
 * Writes `direction.png`: subjects along the best candidates, so that a person can see which of them turns. The
 * model's own direction comes first.
 */
export async function writeDirectionSheet(
  { files, images, signal }: Platform,
  folder: string,
  input: DirectionInput,
  manifest: ModelManifest,
): Promise<void> {
  const picture = await candidatePicture(input, candidatesOf(manifest), { signal });
  await files.write(`${folder}/direction.png`, await images.encodePng(picture));
}

/** The candidates as the search gave them, with a person's choice at the head. */
function candidatesOf({ direction, directionScores, layers, wDim }: ModelManifest): CandidateScore[] {
  const scored = directionScores.map((score): CandidateScore => {
    const { id, mirrorRatio, edgeRatio } = score;
    const worse = mirrorRatio === null || edgeRatio === null ? null : Math.max(mirrorRatio, edgeRatio);
    return { ...score, ...parseDirectionId(id, layers, wDim), subjects: 0, score: worse, change: 0 };
  });
  if (!direction) return scored;
  const own = scored.find(({ id }) => id === direction.id) ?? {
    ...parseDirectionId(direction.id, layers, wDim),
    id: direction.id,
    learned: { vector: direction.vector, probe: direction.probe },
    subjects: 0,
    mirrorRatio: direction.mirrorRatio,
    edgeRatio: direction.edgeRatio,
    // Chosen by a person: shown whatever a search makes of it.
    score: 0,
    change: 0,
    warpGain: direction.warpGain,
  };
  return [own, ...scored.filter((score) => score !== own)];
}
