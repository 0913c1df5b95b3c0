import { TargetCamera } from '@babylonjs/core/Cameras/targetCamera.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { radians } from '@turnaround/plugin/asset';

/** Of the eyes over the ground, metres. */
const EYES = 1.6;
/** Metres and radians a second. */
const [WALKING, TURNING] = [2.4, radians(80)];
/** Looking about by dragging once across the canvas, and how far up and down. */
const [ACROSS, STEEPEST] = [radians(100), radians(35)];
/** Nobody comes nearer to somebody else, metres. */
const APART = 0.75;

/** What keys do: metres ahead, metres aside, turns to the right. */
const KEYS: Readonly<Record<string, readonly [ahead: number, aside: number, turn: number]>> = {
  KeyW: [1, 0, 0],
  KeyS: [-1, 0, 0],
  KeyA: [0, -1, 0],
  KeyD: [0, 1, 0],
  ArrowUp: [1, 0, 0],
  ArrowDown: [-1, 0, 0],
  ArrowLeft: [0, 0, -1],
  ArrowRight: [0, 0, 1],
};

export interface WalkerOptions {
  readonly start: Vector3;
  /** Where one looks first, radians to the right of +Z. */
  readonly facing: number;
  /** Where one may walk: as far as this to either side, and from here to there along z. */
  readonly bounds: { readonly side: number; readonly from: number; readonly to: number };
  /** Places where somebody stands. */
  readonly others: readonly Vector3[];
}

/** The eyes of somebody who walks: keys, a hand that drags the picture, a button that walks while it is held. */
export class Walker {
  readonly camera: TargetCamera;
  private readonly options: WalkerOptions;
  private readonly held = new Set<string>();
  private yaw: number;
  private pitch = 0;

  constructor(scene: Scene, canvas: HTMLCanvasElement, button: HTMLButtonElement, options: WalkerOptions) {
    this.options = options;
    this.yaw = options.facing;
    this.camera = new TargetCamera('eyes', options.start.add(new Vector3(0, EYES, 0)), scene);
    [this.camera.minZ, this.camera.maxZ] = [0.1, 150];
    // Upright screens show less to the sides, so they show more in height.
    this.camera.fov = radians(canvas.clientHeight > canvas.clientWidth ? 62 : 50);
    this.listenToKeys();
    this.listenToHand(canvas);
    this.listenToButton(button);
    scene.onBeforeRenderObservable.add(() =>
      this.step(Math.min(0.1, scene.getEngine().getDeltaTime() / 1000)),
    );
  }

  private step(seconds: number): void {
    const { camera, held } = this;
    const [ahead, aside, turn] = [...held].reduce<[number, number, number]>(
      (sum, key) => KEYS[key]!.map((part, k) => sum[k]! + part) as [number, number, number],
      [0, 0, 0],
    );
    this.yaw += Math.sign(turn) * TURNING * seconds;
    camera.rotation.set(this.pitch, this.yaw, 0);
    const way = new Vector3(Math.sign(aside), 0, Math.sign(ahead));
    if (way.lengthSquared() === 0) return;
    const [sine, cosine] = [Math.sin(this.yaw), Math.cos(this.yaw)];
    const { x, z } = way.normalize().scale(WALKING * seconds);
    this.moveTo(camera.position.x + x * cosine + z * sine, camera.position.z + z * cosine - x * sine);
  }

  private moveTo(x: number, z: number): void {
    const { bounds, others } = this.options;
    const { position } = this.camera;
    position.x = Math.min(bounds.side, Math.max(-bounds.side, x));
    position.z = Math.min(bounds.to, Math.max(bounds.from, z));
    for (const other of others) {
      const away = new Vector3(position.x - other.x, 0, position.z - other.z);
      const distance = away.length();
      if (distance >= APART || distance === 0) continue;
      position.addInPlace(away.scale(APART / distance - 1));
    }
  }

  private listenToKeys(): void {
    addEventListener('keydown', (event) => {
      if (!(event.code in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.held.add(event.code);
    });
    addEventListener('keyup', ({ code }) => this.held.delete(code));
    // A key that is let go elsewhere is not heard of.
    addEventListener('blur', () => this.held.clear());
  }

  private listenToHand(canvas: HTMLCanvasElement): void {
    let last: PointerEvent | null = null;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      last = event;
    });
    canvas.addEventListener('pointermove', (event) => {
      if (last?.pointerId !== event.pointerId) return;
      const unit = ACROSS / canvas.clientWidth;
      // The picture goes with the hand.
      this.yaw -= (event.clientX - last.clientX) * unit;
      const pitch = this.pitch - (event.clientY - last.clientY) * unit;
      this.pitch = Math.min(STEEPEST, Math.max(-STEEPEST, pitch));
      last = event;
    });
    for (const end of ['pointerup', 'pointercancel'] as const)
      canvas.addEventListener(end, () => {
        last = null;
      });
  }

  private listenToButton(button: HTMLButtonElement): void {
    const walk = (on: boolean): void => {
      if (on) this.held.add('KeyW');
      else this.held.delete('KeyW');
      button.classList.toggle('held', on);
    };
    button.addEventListener('pointerdown', (event) => {
      button.setPointerCapture(event.pointerId);
      walk(true);
    });
    for (const end of ['pointerup', 'pointercancel', 'blur'] as const)
      button.addEventListener(end, () => walk(false));
    button.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' || key === ' ') walk(true);
    });
    button.addEventListener('keyup', () => walk(false));
    // A long press is walking, no menu.
    button.addEventListener('contextmenu', (event) => event.preventDefault());
  }
}
