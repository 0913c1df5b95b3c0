import type { CameraPath } from './view-cache.ts';

/** Seconds over which a camera's speed is averaged. */
const MEMORY = 0.15;

/** Radians a second below which a camera rests: 1°. */
const STILL = 0.0175;

/** Where a camera is and how fast it goes, from where it is seen in each frame. */
export class PathFollower {
  private path: CameraPath = { yaw: 0, velocity: 0, resting: 0 };
  private last = Number.NaN;

  get current(): CameraPath {
    return this.path;
  }

  /** @param yaw radians @param now seconds */
  move(yaw: number, now: number): void {
    const elapsed = now - this.last;
    this.last = now;
    if (!(elapsed > 0)) {
      this.path = { ...this.path, yaw };
      return;
    }
    const speed = (yaw - this.path.yaw) / elapsed;
    if (Math.abs(speed) < STILL) {
      this.path = { yaw, velocity: 0, resting: this.path.resting + elapsed };
      return;
    }
    const share = 1 - Math.exp(-elapsed / MEMORY);
    this.path = { yaw, velocity: this.path.velocity + share * (speed - this.path.velocity), resting: 0 };
  }
}
