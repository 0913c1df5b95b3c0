import { BoundingInfo } from '@babylonjs/core/Culling/boundingInfo.js';
import type { Matrix } from '@babylonjs/core/Maths/math.vector.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { DrawOrder } from './draw-order.ts';
import type { MemberNumbers } from './member.ts';

/** Members that stand near each other, and are in view or out of it together. */
export class CrowdTile {
  private readonly members = new Map<MemberNumbers, number>();
  /** f32 [n,3], [n]: the members' middles, and their slots. */
  private middles: Float32Array = new Float32Array(0);
  private slots: Uint32Array = new Uint32Array(0);
  private box = new BoundingInfo(Vector3.Zero(), Vector3.Zero());
  private changed = false;

  get size(): number {
    return this.members.size;
  }

  add(member: MemberNumbers, slot: number): void {
    this.members.set(member, slot);
    this.changed = true;
  }

  remove(member: MemberNumbers): void {
    this.members.delete(member);
    this.changed = true;
  }

  /** All that the members may reach of the world. */
  get bounds(): BoundingInfo {
    this.settle();
    return this.box;
  }

  /** Puts the members in a view's order. @param toView of the world, in which +Z or −Z leads away from the camera */
  list(toView: Matrix, away: 1 | -1, into: DrawOrder): void {
    this.settle();
    const [x, y, z, w] = [2, 6, 10, 14].map((k) => away * toView.m[k]!) as [number, number, number, number];
    const { middles, slots } = this;
    for (let k = 0; k < slots.length; k++)
      into.put(slots[k]!, x * middles[3 * k]! + y * middles[3 * k + 1]! + z * middles[3 * k + 2]! + w);
  }

  private settle(): void {
    if (!this.changed) return;
    this.changed = false;
    const count = this.members.size;
    if (this.slots.length !== count) {
      this.middles = new Float32Array(3 * count);
      this.slots = new Uint32Array(count);
    }
    const least = new Vector3(Infinity, Infinity, Infinity);
    const most = new Vector3(-Infinity, -Infinity, -Infinity);
    let place = 0;
    for (const [{ middle, matrix, radius }, slot] of this.members) {
      middle.toArray(this.middles, 3 * place);
      this.slots[place++] = slot;
      const origin = matrix.getTranslation();
      least.minimizeInPlace(origin.subtractFromFloats(radius, radius, radius));
      most.maximizeInPlace(origin.addInPlaceFromFloats(radius, radius, radius));
    }
    if (count > 0) this.box.reConstruct(least, most);
  }
}
