import { degrees } from '@turnaround/plugin/asset';
import { type LiveFace, LiveImpostor, type LiveModel } from '@turnaround/plugin/live';
import { byId, spellAngle, Turning } from '@turnaround/plugin/viewer';
import { rememberSeed, seedAsked } from './address.ts';
import { lineFor } from './describe-error.ts';
import { FaceControls } from './face-controls.ts';
import { FaceStage } from './face-stage.ts';
import { Latest } from './latest.ts';
import type { OpenedEngine } from './open-engine.ts';
import { FaceStatus } from './status.ts';

/**
 * One face to turn and to change; resolves when it can be seen.
 *
 * @throws LiveError where its first view cannot be made
 */
export async function showFace(opened: OpenedEngine, model: LiveModel): Promise<void> {
  const stage = new FaceStage(opened.engine, model);
  const trouble = byId('trouble', HTMLParagraphElement);
  const wishes = new Latest<LiveFace>(async (wish) => {
    stage.wake();
    trouble.textContent = await impostor.changeAsync(wish).then(() => '', lineFor);
  });
  const controls = new FaceControls(model.manifest, seedAsked(location.search), (face) => {
    if (face.seed !== seedAsked(location.search)) rememberSeed(face.seed);
    wishes.ask(face);
  });
  sayWhose(model);
  const impostor = await LiveImpostor.createAsync(stage.scene, { model, ...controls.face });
  const status = new FaceStatus(byId('status', HTMLDListElement), opened, model);
  stage.scene.onAfterRenderObservable.add(() => status.show(impostor.viewCount));
  model.onErrorObservable.add((error) => {
    trouble.textContent = lineFor(error);
  });
  turnBy(stage, model);
}

/** The user's hand on the camera. */
function turnBy(stage: FaceStage, { manifest: { range } }: LiveModel): void {
  const canvas = byId('canvas', HTMLCanvasElement);
  const slider = byId('yaw', HTMLInputElement);
  const angle = byId('angle', HTMLOutputElement);
  const hint = byId('hint', HTMLParagraphElement);
  [slider.min, slider.max] = [`${degrees(range.minimum)}`, `${degrees(range.maximum)}`];
  slider.disabled = false;
  const turning = new Turning(canvas, slider, () => {
    stage.look(turning.yaw, turning.pitch);
    slider.valueAsNumber = degrees(turning.yaw);
    angle.value = spellAngle(turning.yaw, true);
    slider.ariaValueText = angle.value;
  });
  for (const taken of ['pointerdown', 'keydown'])
    canvas.addEventListener(taken, () => {
      hint.hidden = true;
    });
  hint.hidden = false;
  canvas.classList.remove('idle');
  turning.start(range);
}

function sayWhose({ manifest: { name, resolution, licence, attribution } }: LiveModel): void {
  const by = attribution ? `, ${attribution}` : '';
  const terms = licence ? ` (${licence})` : '';
  byId('credit', HTMLParagraphElement).textContent =
    `Model: ${name}${terms}${by}. ${resolution} × ${resolution} pixels a view, made in this browser.`;
}
