// The quads of a crowd's members: each turns to the camera and chooses the stored views about it.
// Reads:    position (−1..1); slot of a member, and its numbers in members (member-table.ts); viewProjection, view, table
//           (rows of a subject: view-table.ts), camera (place and 1, or way and 0), handedness, pixelScale
// Writes:   the views' rectangles, turns, focals and weights; place and eye in the subject's space; subject (layer,
//           depth range); tint; detail (steps, refinements, and in the world the subject's +X with its unit: x, z); with SHADOWS
//           shape (its middle in the world, and how far it reaches)
// Equation: e = Mᵀ(camera − t) ÷ s² less the pivot; yaw = atan(−eₓ, e_z), held within the stored range; weights are barycentric
//           in the triangle of stored views about (yaw, pitch). All of a quad is as deep as its pivot, by which members are
//           sorted, so that depth and order never disagree.
precision highp float;
precision highp sampler2D;

const float MARGIN = 1.15;
const float BACK = 0.3490658504;
const float PI = 3.14159265359;
const float LEAST_WEIGHT = 0.02;
const int HEAD = 3;
const int MEMBER_CELLS = 3;
const int MEMBERS_ACROSS = 64;

attribute vec3 position;
attribute float slot;

uniform mat4 viewProjection;
#ifdef FOG
uniform mat4 view;
#endif
uniform sampler2D table;
uniform sampler2D members;
uniform vec4 camera;
uniform float handedness;
uniform float pixelScale;

varying vec3 vPlace;
varying vec4 vEye;
varying vec4 vRectangle0;
varying vec4 vRectangle1;
varying vec4 vRectangle2;
varying vec4 vTurn0;
varying vec4 vTurn1;
varying vec4 vTurn2;
varying vec3 vFocals;
varying vec3 vWeights;
varying vec3 vSubject;
varying vec4 vTint;
varying vec4 vDetail;
#ifdef SHADOWS
varying vec4 vShape;
#endif

vec4 cell(int row, int column) {
  return texelFetch(table, ivec2(column, row), 0);
}

vec4 memberCell(int column) {
  int index = int(slot + 0.5);
  return texelFetch(members, ivec2(MEMBER_CELLS * (index % MEMBERS_ACROSS) + column, index / MEMBERS_ACROSS), 0);
}

float held(float yaw, float middle, float half_) {
  float turn = yaw - middle;
  turn -= 2.0 * PI * floor((turn + PI) / (2.0 * PI));
  if (abs(turn) <= half_) {
    return middle + turn;
  }
  float back = min(BACK, PI - half_);
  return middle + sign(turn) * half_ * min(1.0, (PI - abs(turn)) / back);
}

vec3 turnedBy(float angle, vec3 p) {
  float c = cos(angle);
  float s = sin(angle);
  return vec3(c * p.x + s * p.z, p.y, c * p.z - s * p.x);
}

#include<fogVertexDeclaration>

void main() {
  vec4 placed = memberCell(0);
  vec4 facing = memberCell(1);
  float scale = placed.w;
  mat3 axes = scale * mat3(facing.x, 0.0, -facing.y, 0.0, 1.0, 0.0, facing.y, 0.0, facing.x);
  int row = int(facing.z + 0.5);
  vec4 size = cell(row, 0);
  vec4 pivot = cell(row, 1);
  vec4 range = cell(row, 2);
  int count = int(size.x);
  int columns = int(size.y);
  vec3 mirror = vec3(handedness, 1.0, 1.0);
  vec3 middle = placed.xyz + axes * pivot.xyz;
  vec3 away = camera.w > 0.0 ? camera.xyz - middle : camera.xyz;
  // In the subject's axes, in the file's unit.
  vec3 eye = mirror * (transpose(axes) * away) / (scale * scale);
  // Some GPUs have no angle for −0.
  float yaw = eye.x != 0.0 ? atan(-eye.x, eye.z) : eye.z < 0.0 ? PI : 0.0;
  float pitch = atan(eye.y, length(eye.xz));
  float shown = held(yaw, 0.5 * (range.z + range.w), 0.5 * (range.w - range.z));

  // The column below the yaw that is shown, and the row below the pitch.
  int left = 0;
  for (int k = 1; k < columns - 1; k++) {
    if (cell(row, HEAD + 2 * k + 1).x <= shown) {
      left = k;
    }
  }
  int right = min(left + 1, columns - 1);
  int rows = count / columns;
  int low = 0;
  for (int k = 1; k < rows - 1; k++) {
    if (cell(row, HEAD + 2 * k * columns + 1).y <= pitch) {
      low = k;
    }
  }
  int high = min(low + 1, rows - 1);
  float yawLeft = cell(row, HEAD + 2 * left + 1).x;
  float yawRight = cell(row, HEAD + 2 * right + 1).x;
  float pitchLow = cell(row, HEAD + 2 * low * columns + 1).y;
  float pitchHigh = cell(row, HEAD + 2 * high * columns + 1).y;
  float a = right > left ? clamp((shown - yawLeft) / (yawRight - yawLeft), 0.0, 1.0) : 0.0;
  float b = high > low ? clamp((pitch - pitchLow) / (pitchHigh - pitchLow), 0.0, 1.0) : 0.0;
  ivec3 views = a + b <= 1.0
    ? ivec3(low * columns + left, low * columns + right, high * columns + left)
    : ivec3(high * columns + right, low * columns + right, high * columns + left);
  vec3 weights = a + b <= 1.0 ? vec3(1.0 - a - b, a, b) : vec3(a + b - 1.0, 1.0 - b, 1.0 - a);

  // Few pixels need few steps, and the fewest one view.
  float distance_ = camera.w > 0.0 ? length(away) : 1.0;
  float pixels = pixelScale * size.w * scale / distance_;
  float share = pixels / cell(row, HEAD).w;
  float fine = clamp((share - 0.3) / 0.45, 0.0, 1.0);
  float coarse = clamp((share - 0.15) / 0.15, 0.0, 1.0);
  vDetail = vec4(9.0 + 5.0 * coarse + 10.0 * fine, share > 0.75 ? 3.0 : share > 0.3 ? 2.0 : 1.0, 0.0, 0.0);
#ifdef SHADOWS
  float aside = yaw - shown;
  vec2 acrossX = handedness * axes[0].xz;
  vDetail.zw = pivot.w * (cos(aside) * acrossX + sin(aside) * axes[2].xz);
  vShape = vec4(middle, cell(row, HEAD + 1).w * scale);
#endif
  // Sharpened weights fade to the nearest view instead of changing over to it, by size as by yaw.
  float few = 1.0 - smoothstep(0.1, 0.2, share);
  vec3 sharp = pow(weights, vec3(mix(1.0, 8.0, few)));
  weights = max(sharp / (sharp.x + sharp.y + sharp.z) - few * LEAST_WEIGHT, 0.0);
  weights /= weights.x + weights.y + weights.z;
  vRectangle0 = cell(row, HEAD + 2 * views.x);
  vRectangle1 = cell(row, HEAD + 2 * views.y);
  vRectangle2 = cell(row, HEAD + 2 * views.z);
  vec4 first = cell(row, HEAD + 2 * views.x + 1);
  vec4 second = cell(row, HEAD + 2 * views.y + 1);
  vec4 third = cell(row, HEAD + 2 * views.z + 1);
  vTurn0 = vec4(cos(first.x), sin(first.x), cos(first.y), sin(first.y));
  vTurn1 = vec4(cos(second.x), sin(second.x), cos(second.y), sin(second.y));
  vTurn2 = vec4(cos(third.x), sin(third.x), cos(third.y), sin(third.y));
  vFocals = vec3(first.z, second.z, third.z);
  vWeights = weights;
  vSubject = vec3(float(row), range.xy);
  vTint = memberCell(2);

  // The camera's right and up axes at the pivot, in the subject's.
  vec3 rightAxis = vec3(cos(yaw), 0.0, sin(yaw));
  vec3 upAxis = vec3(sin(pitch) * sin(yaw), cos(pitch), -sin(pitch) * cos(yaw));
  vec3 corner = 0.5 * MARGIN * (position.x * size.z * rightAxis + position.y * size.w * upAxis);
  float unit = 1.0 / pivot.w;
  float turn = yaw - shown;
  vPlace = turnedBy(turn, corner) * unit;
  vEye = vec4(turnedBy(turn, eye) * unit, camera.w);
  vec4 worldPos = vec4(middle + axes * (mirror * corner), 1.0);
  vec4 pivotPlace = viewProjection * vec4(middle, 1.0);
  gl_Position = viewProjection * worldPos;
  if (pivotPlace.w > 0.0) {
    gl_Position.z = pivotPlace.z / pivotPlace.w * gl_Position.w;
  }
#include<fogVertex>
}
