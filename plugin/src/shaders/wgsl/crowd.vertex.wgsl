// The quads of a crowd's members: each turns to the camera and chooses the stored views about it.
// Reads:    position (−1..1); slot of a member, and its numbers in members (member-table.ts); viewProjection, view, table
//           (rows of a subject: view-table.ts), camera (place and 1, or way and 0), handedness, pixelScale
// Writes:   the views' rectangles, turns, focals and weights; place and eye in the subject's space; subject (layer,
//           depth range); tint; detail (steps, refinements, and in the world the subject's +X with its unit: x, z); with SHADOWS
//           shape (its middle in the world, and how far it reaches)
// Equation: e = Mᵀ(camera − t) ÷ s² less the pivot; yaw = atan(−eₓ, e_z), held within the stored range; weights are barycentric
//           in the triangle of stored views about (yaw, pitch). All of a quad is as deep as its pivot, by which members are
//           sorted, so that depth and order never disagree.
const MARGIN: f32 = 1.15;
const BACK: f32 = 0.3490658504;
const PI: f32 = 3.14159265359;
const LEAST_WEIGHT: f32 = 0.02;
const HEAD: i32 = 3;
const MEMBER_CELLS: i32 = 3;
const MEMBERS_ACROSS: i32 = 64;

attribute position: vec3<f32>;
attribute slot: f32;

uniform viewProjection: mat4x4<f32>;
#ifdef FOG
uniform view: mat4x4<f32>;
#endif
var table: texture_2d<f32>;
var members: texture_2d<f32>;
uniform camera: vec4<f32>;
uniform handedness: f32;
uniform pixelScale: f32;

varying vPlace: vec3<f32>;
varying vEye: vec4<f32>;
varying vRectangle0: vec4<f32>;
varying vRectangle1: vec4<f32>;
varying vRectangle2: vec4<f32>;
varying vTurn0: vec4<f32>;
varying vTurn1: vec4<f32>;
varying vTurn2: vec4<f32>;
varying vFocals: vec3<f32>;
varying vWeights: vec3<f32>;
varying vSubject: vec3<f32>;
varying vTint: vec4<f32>;
varying vDetail: vec4<f32>;
#ifdef SHADOWS
varying vShape: vec4<f32>;
#endif

fn cell(row: i32, column: i32) -> vec4<f32> {
  return textureLoad(table, vec2<i32>(column, row), 0);
}

fn memberCell(slot: f32, column: i32) -> vec4<f32> {
  let index = i32(slot + 0.5);
  return textureLoad(members, vec2<i32>(MEMBER_CELLS * (index % MEMBERS_ACROSS) + column, index / MEMBERS_ACROSS), 0);
}

fn held(yaw: f32, middle: f32, half_: f32) -> f32 {
  var turn = yaw - middle;
  turn -= 2.0 * PI * floor((turn + PI) / (2.0 * PI));
  if (abs(turn) <= half_) {
    return middle + turn;
  }
  let back = min(BACK, PI - half_);
  return middle + sign(turn) * half_ * min(1.0, (PI - abs(turn)) / back);
}

fn turnedBy(angle: f32, p: vec3<f32>) -> vec3<f32> {
  let c = cos(angle);
  let s = sin(angle);
  return vec3<f32>(c * p.x + s * p.z, p.y, c * p.z - s * p.x);
}

#include<fogVertexDeclaration>

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
  let placed = memberCell(vertexInputs.slot, 0);
  let facing = memberCell(vertexInputs.slot, 1);
  let scale = placed.w;
  let axes = scale * mat3x3<f32>(facing.x, 0.0, -facing.y, 0.0, 1.0, 0.0, facing.y, 0.0, facing.x);
  let row = i32(facing.z + 0.5);
  let size = cell(row, 0);
  let pivot = cell(row, 1);
  let range = cell(row, 2);
  let count = i32(size.x);
  let columns = i32(size.y);
  let mirror = vec3<f32>(uniforms.handedness, 1.0, 1.0);
  let middle = placed.xyz + axes * pivot.xyz;
  let away = select(uniforms.camera.xyz, uniforms.camera.xyz - middle, uniforms.camera.w > 0.0);
  // In the subject's axes, in the file's unit.
  let eye = mirror * (transpose(axes) * away) / (scale * scale);
  // Some GPUs have no angle for −0.
  let yaw = select(select(0.0, PI, eye.z < 0.0), atan2(-eye.x, eye.z), eye.x != 0.0);
  let pitch = atan2(eye.y, length(eye.xz));
  let shown = held(yaw, 0.5 * (range.z + range.w), 0.5 * (range.w - range.z));

  // The column below the yaw that is shown, and the row below the pitch.
  var left = 0;
  for (var k = 1; k < columns - 1; k += 1) {
    if (cell(row, HEAD + 2 * k + 1).x <= shown) {
      left = k;
    }
  }
  let right = min(left + 1, columns - 1);
  let rows = count / columns;
  var low = 0;
  for (var k = 1; k < rows - 1; k += 1) {
    if (cell(row, HEAD + 2 * k * columns + 1).y <= pitch) {
      low = k;
    }
  }
  let high = min(low + 1, rows - 1);
  let yawLeft = cell(row, HEAD + 2 * left + 1).x;
  let yawRight = cell(row, HEAD + 2 * right + 1).x;
  let pitchLow = cell(row, HEAD + 2 * low * columns + 1).y;
  let pitchHigh = cell(row, HEAD + 2 * high * columns + 1).y;
  var a = 0.0;
  if (right > left) {
    a = clamp((shown - yawLeft) / (yawRight - yawLeft), 0.0, 1.0);
  }
  var b = 0.0;
  if (high > low) {
    b = clamp((pitch - pitchLow) / (pitchHigh - pitchLow), 0.0, 1.0);
  }
  var views = vec3<i32>(low * columns + left, low * columns + right, high * columns + left);
  var weights = vec3<f32>(1.0 - a - b, a, b);
  if (a + b > 1.0) {
    views = vec3<i32>(high * columns + right, low * columns + right, high * columns + left);
    weights = vec3<f32>(a + b - 1.0, 1.0 - b, 1.0 - a);
  }

  // Few pixels need few steps, and the fewest one view.
  let far = select(1.0, length(away), uniforms.camera.w > 0.0);
  let pixels = uniforms.pixelScale * size.w * scale / far;
  let share = pixels / cell(row, HEAD).w;
  let fine = clamp((share - 0.3) / 0.45, 0.0, 1.0);
  let coarse = clamp((share - 0.15) / 0.15, 0.0, 1.0);
  let refinements = select(select(1.0, 2.0, share > 0.3), 3.0, share > 0.75);
  vertexOutputs.vDetail = vec4<f32>(9.0 + 5.0 * coarse + 10.0 * fine, refinements, 0.0, 0.0);
#ifdef SHADOWS
  let aside = yaw - shown;
  let acrossX = uniforms.handedness * axes[0].xz;
  let ownX = pivot.w * (cos(aside) * acrossX + sin(aside) * axes[2].xz);
  vertexOutputs.vDetail = vec4<f32>(vertexOutputs.vDetail.xy, ownX);
  vertexOutputs.vShape = vec4<f32>(middle, cell(row, HEAD + 1).w * scale);
#endif
  // Sharpened weights fade to the nearest view instead of changing over to it, by size as by yaw.
  let few = 1.0 - smoothstep(0.1, 0.2, share);
  let sharp = pow(weights, vec3<f32>(mix(1.0, 8.0, few)));
  weights = max(sharp / (sharp.x + sharp.y + sharp.z) - few * LEAST_WEIGHT, vec3<f32>(0.0));
  weights /= weights.x + weights.y + weights.z;
  vertexOutputs.vRectangle0 = cell(row, HEAD + 2 * views.x);
  vertexOutputs.vRectangle1 = cell(row, HEAD + 2 * views.y);
  vertexOutputs.vRectangle2 = cell(row, HEAD + 2 * views.z);
  let first = cell(row, HEAD + 2 * views.x + 1);
  let second = cell(row, HEAD + 2 * views.y + 1);
  let third = cell(row, HEAD + 2 * views.z + 1);
  vertexOutputs.vTurn0 = vec4<f32>(cos(first.x), sin(first.x), cos(first.y), sin(first.y));
  vertexOutputs.vTurn1 = vec4<f32>(cos(second.x), sin(second.x), cos(second.y), sin(second.y));
  vertexOutputs.vTurn2 = vec4<f32>(cos(third.x), sin(third.x), cos(third.y), sin(third.y));
  vertexOutputs.vFocals = vec3<f32>(first.z, second.z, third.z);
  vertexOutputs.vWeights = weights;
  vertexOutputs.vSubject = vec3<f32>(f32(row), range.xy);
  vertexOutputs.vTint = memberCell(vertexInputs.slot, 2);

  // The camera's right and up axes at the pivot, in the subject's.
  let rightAxis = vec3<f32>(cos(yaw), 0.0, sin(yaw));
  let upAxis = vec3<f32>(sin(pitch) * sin(yaw), cos(pitch), -sin(pitch) * cos(yaw));
  let x = vertexInputs.position.x * size.z;
  let y = vertexInputs.position.y * size.w;
  let corner = 0.5 * MARGIN * (x * rightAxis + y * upAxis);
  let unit = 1.0 / pivot.w;
  let turn = yaw - shown;
  vertexOutputs.vPlace = turnedBy(turn, corner) * unit;
  vertexOutputs.vEye = vec4<f32>(turnedBy(turn, eye) * unit, uniforms.camera.w);
  let worldPos = vec4<f32>(middle + axes * (mirror * corner), 1.0);
  let pivotPlace = uniforms.viewProjection * vec4<f32>(middle, 1.0);
  vertexOutputs.position = uniforms.viewProjection * worldPos;
  if (pivotPlace.w > 0.0) {
    vertexOutputs.position.z = pivotPlace.z / pivotPlace.w * vertexOutputs.position.w;
  }
#include<fogVertex>
}
