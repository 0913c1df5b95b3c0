import { Color4 } from '@babylonjs/core/Maths/math.color.js';
import { Matrix, Quaternion, Vector3 } from '@babylonjs/core/Maths/math.vector.js';

/** Where and how a member stands. */
export interface CrowdPlacement {
  /** Of the character's node's origin, in the world. */
  readonly position: Vector3;
  /** Radians about the world's +Y, as Babylon's `rotation.y`. */
  readonly facing?: number;
  /** 1: as large as its file says. */
  readonly scale?: number;
  /** Multiplies its colours; alpha its opacity. */
  readonly tint?: Color4;
}

/** What all members of one subject have in common. */
export interface MemberSubject {
  /** In the table. */
  readonly row: number;
  /** Of the characters' node. */
  readonly pivot: readonly [number, number, number];
  /** From the node's origin, what it may reach of its own space. */
  readonly radius: number;
}

/** A member's numbers. */
export interface MemberNumbers {
  readonly row: number;
  /** To the world. */
  readonly matrix: Matrix;
  /** Its pivot in the world: what it is sorted by. */
  readonly middle: Vector3;
  /** From its origin, what it may reach of the world. */
  readonly radius: number;
  /** f32 [12]: place and scale; cosine and sine of its facing, its subject's row, 0; tint. As the vertex shader reads them. */
  readonly cells: Float32Array;
}

export function memberNumbers(
  { row, pivot, radius }: MemberSubject,
  { position, facing = 0, scale = 1, tint = new Color4(1, 1, 1, 1) }: CrowdPlacement,
): MemberNumbers {
  const rotation = Quaternion.RotationAxis(Vector3.Up(), facing);
  const matrix = Matrix.Compose(new Vector3(scale, scale, scale), rotation, position);
  return {
    row,
    matrix,
    middle: Vector3.TransformCoordinates(new Vector3(...pivot), matrix),
    radius: radius * scale,
    cells: Float32Array.of(
      ...[position.x, position.y, position.z, scale],
      ...[Math.cos(facing), Math.sin(facing), row, 0],
      ...[tint.r, tint.g, tint.b, tint.a],
    ),
  };
}
