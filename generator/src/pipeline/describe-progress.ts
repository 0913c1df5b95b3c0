import type { TrainingProgress } from '../training/index.ts';

/** `loss 0.123, photo 0.081, mirror 0.064, 45 images/s, 12 min left`; the losses that there are. */
export function describeProgress({ reports, imagesPerSecond, secondsLeft }: TrainingProgress): string {
  const losses = [
    'loss',
    'photo',
    'mirror',
    'front',
    'neighbours',
    'pose',
    'warp',
    'latent',
    'feature',
  ].filter((name) => reports[name] !== undefined);
  const speed = `${imagesPerSecond.toFixed(imagesPerSecond < 10 ? 1 : 0)} images/s`;
  return [...losses.map((name) => `${name} ${reports[name]!.toFixed(3)}`), speed, left(secondsLeft)].join(
    ', ',
  );
}

function left(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min left` : `${(minutes / 60).toFixed(1)} h left`;
}
