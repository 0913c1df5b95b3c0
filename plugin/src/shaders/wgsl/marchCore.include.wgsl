// Marches a ray to the solid that the depths of up to three stored views enclose. For a fragment shader to include.
// Reads:    readColour(texel), readRelief(texel) of the shader that includes it; viewRectangles, viewTurns, viewFocals,
//           viewWeights, viewRange, which that has set
// Writes:   marchedFrom(): premultiplied sRGB of a pixel's ray; with SHOW_DEPTH, grey of its depth in the colour's place;
//           with SHADOWS hit, the place that the ray meets: its layers' mean, weighted by what they give
// Equation: f(t) = min over views of min(d − D(u, v), 0.02·(A(u, v) − 0.1)) + slack, d and (u, v) the ray's point in
//           the view's camera, slack for a view of little weight; and no more than 0.01 for each pixel that it lies
//           within a view's picture, of that where it lies farthest within. C = Σ layers, front to back, where f rises through 0 or
//           a rim's top lies within a pixel of it: coverage ½ + f ÷ |∇f|; a layer's colour is the mean of the views',
//           weighted by angle · exp(−(d − D) · 56), and fades where d − D of all of them goes from .02 to .05: the wall
//           behind a silhouette, that no view saw.
const ALPHA_DEPTH: f32 = 0.02;
const CONTOUR: f32 = 0.1;
const STEEPEST: f32 = 0.02;
const GRAZING: f32 = 0.02;
const LAYERS: i32 = 2;
const SUMMIT_STEPS: i32 = 6;
const GOLDEN: f32 = 0.381966;
const OPAQUE: f32 = 0.99609375;
const VISIBILITY: f32 = 56.0;
const SHARPENED: f32 = 1.25;
const UNSEEN: f32 = 0.02;
const FADED: f32 = 0.05;
const CARVING: f32 = 0.47;
const SOFT: f32 = 0.0025;
const FRAME: f32 = 0.01;
const OUTSIDE: f32 = -1e9;

// The ray in a view's camera: origin + t · direction; direction's change from pixel to pixel.
var<private> origin: array<vec3<f32>, 3>;
var<private> direction: array<vec3<f32>, 3>;
var<private> across: array<vec3<f32>, 3>;
var<private> down: array<vec3<f32>, 3>;
var<private> shift: vec2<f32>;

var<private> viewRectangles: array<vec4<f32>, 3>;
var<private> viewTurns: array<vec4<f32>, 3>;
var<private> viewFocals: vec3<f32>;
var<private> viewWeights: vec3<f32>;
var<private> viewRange: vec2<f32>;
// Steps (a share of one shortens the stride: their number may change smoothly), refinements, and how far the subject reaches from the pivot.
var<private> marching: vec3<f32>;
#ifdef SHADOWS
var<private> hit: vec3<f32>;
#endif

fn turned(turn: vec4<f32>, p: vec3<f32>) -> vec3<f32> {
  return vec3<f32>(
    turn.x * p.x + turn.y * p.z,
    turn.w * turn.y * p.x + turn.z * p.y - turn.w * turn.x * p.z,
    -turn.y * turn.z * p.x + turn.w * p.y + turn.x * turn.z * p.z
  );
}

fn pointAt(k: i32, t: f32) -> vec3<f32> {
  return origin[k] + t * (direction[k] + shift.x * across[k] + shift.y * down[k]);
}

// In texels, from the view's middle.
fn offsetOf(k: i32, point: vec3<f32>) -> vec2<f32> {
  return 0.5 * viewRectangles[k].z * viewFocals[k] * vec2<f32>(point.x, -point.y) / (1.0 - point.z);
}

// In texels of the atlas, held within the view.
fn heldAt(k: i32, offset: vec2<f32>) -> vec2<f32> {
  let rectangle = viewRectangles[k];
  return rectangle.xy + clamp(0.5 * rectangle.zw + offset, vec2<f32>(0.5), rectangle.zw - 0.5);
}

fn placeOf(k: i32, point: vec3<f32>) -> vec2<f32> {
  return heldAt(k, offsetOf(k, point));
}

// Depth behind the surface, and alpha.
fn reliefAt(k: i32, point: vec3<f32>, offset: vec2<f32>) -> vec2<f32> {
  let texel = readRelief(heldAt(k, offset));
  return vec2<f32>(1.0 - point.z - mix(viewRange.x, viewRange.y, texel.r), texel.g);
}

fn reliefOf(k: i32, point: vec3<f32>) -> vec2<f32> {
  return reliefAt(k, point, offsetOf(k, point));
}

fn inside(t: f32) -> f32 {
  var least = -OUTSIDE;
  var framed = OUTSIDE;
  for (var k = 0; k < 3; k += 1) {
    if (viewWeights[k] > 0.0) {
      let point = pointAt(k, t);
      let offset = offsetOf(k, point);
      let behind = reliefAt(k, point, offset);
      let margin = 0.5 * viewRectangles[k].zw - abs(offset);
      let lack = max(0.0, CARVING / max(viewWeights[k], 1e-6) - 1.0);
      least = min(least, SOFT * lack + min(behind.x, ALPHA_DEPTH * (behind.y - CONTOUR)));
      framed = max(framed, FRAME * (min(margin.x, margin.y) - lack));
    }
  }
  return min(least, framed);
}

fn beside(t: f32, x: f32, y: f32) -> f32 {
  shift = vec2<f32>(x, y);
  let f = inside(t);
  shift = vec2<f32>(0.0);
  return f;
}

fn coverage(t: f32, depth: f32) -> f32 {
  let x = max(beside(t, 0.5, 0.0), beside(t, -0.5, 0.0));
  let y = max(beside(t, 0.0, 0.5), beside(t, 0.0, -0.5));
  let slope = 2.0 * length(max(vec2<f32>(x, y) - depth, vec2<f32>(0.0)));
  return clamp(0.5 + depth / min(STEEPEST, max(slope, 1e-9)), 0.0, 1.0);
}

fn meeting(a: f32, fa: f32, b: f32, fb: f32) -> f32 {
  if (fb > fa) {
    return a - fa * (b - a) / (fb - fa);
  }
  return b;
}

fn crossing(begin: f32, low: f32, end: f32, high: f32) -> f32 {
  var a = begin;
  var fa = select(low, -high, low <= OUTSIDE);
  var b = end;
  var fb = high;
  for (var k = 0; k < i32(marching.y); k += 1) {
    let place = meeting(a, fa, b, fb);
    let f = inside(place);
    if (f < 0.0) {
      a = place;
      fa = f;
    } else {
      b = place;
      fb = f;
    }
  }
  return meeting(a, fa, b, fb);
}

// x: where f is greatest within a stride, y: f there.
fn summit(middle: f32, there: f32, stride: f32) -> vec2<f32> {
  var low = middle - stride;
  var high = middle + stride;
  var best = vec2<f32>(middle, there);
  for (var k = 0; k < SUMMIT_STEPS; k += 1) {
    let right = high - best.x > best.x - low;
    let next = best.x + GOLDEN * (select(low, high, right) - best.x);
    let f = inside(next);
    let better = f > best.y;
    let bound = select(next, best.x, better);
    if (right == better) {
      low = bound;
    } else {
      high = bound;
    }
    if (better) {
      best = vec2<f32>(next, f);
    }
  }
  return best;
}

#include<turnaroundViewColour>

fn shade(t: f32) -> vec4<f32> {
  var total = 0.0;
  var least = FADED;
  var sum = vec4<f32>(0.0);
  for (var k = 0; k < 3; k += 1) {
    if (viewWeights[k] > 0.0) {
      let point = pointAt(k, t);
      let gap = max(0.0, reliefOf(k, point).x);
      least = min(least, gap);
      let weight = viewWeights[k] * exp(-gap * VISIBILITY) + 1e-6;
      sum += weight * seen(k, point, t);
      total += weight;
    }
  }
  sum /= total;
  if (sum.a <= 0.0) {
    return vec4<f32>(0.0);
  }
  let known = min(1.0, (FADED - least) / (FADED - UNSEEN));
  let sharp = known * clamp(0.5 + SHARPENED * (sum.a - 0.5), 0.0, 1.0);
  return vec4<f32>(sum.rgb * (sharp / sum.a), sharp);
}

#ifdef SHOW_DEPTH
// Of a place so far behind the pivot: 1 at the near end of the views' depth, 0 at the far one.
fn nearnessOf(behind: f32) -> f32 {
  return clamp((viewRange.y - 1.0 - behind) / (viewRange.y - viewRange.x), 0.0, 1.0);
}
#endif

// Of a ray from start, t counted from the camera `away` before the pivot; its changes from pixel to pixel.
fn marched(start: vec3<f32>, ray: vec3<f32>, rayAcross: vec3<f32>, rayDown: vec3<f32>, away: f32) -> vec4<f32> {
  for (var k = 0; k < 3; k += 1) {
    origin[k] = turned(viewTurns[k], start);
    direction[k] = turned(viewTurns[k], ray);
    across[k] = turned(viewTurns[k], rayAcross);
    down[k] = turned(viewTurns[k], rayDown);
  }
  shift = vec2<f32>(0.0);

  var sum = vec4<f32>(0.0);
#ifdef SHADOWS
  var reached = 0.0;
#endif
  let steps = i32(ceil(marching.x));
  let near = away - marching.z;
  let stride = 2.0 * marching.z / (marching.x - 1.0);
  var before = OUTSIDE;
  var last = OUTSIDE;
  var layers = 0;
  for (var k = 0; k <= steps; k += 1) {
    if (layers >= LAYERS || sum.a >= OPAQUE) {
      break;
    }
    var here = OUTSIDE;
    if (k < steps) {
      here = inside(near + f32(k) * stride);
    }
    var t = near + f32(k - 1) * stride;
    var share = 0.0;
    if (before < 0.0 && last >= before && last > here && abs(last) < GRAZING) {
      let top = summit(t, last, stride);
      t = top.x;
      share = coverage(top.x, top.y);
    } else if (before < 0.0 && last >= 0.0) {
      t = crossing(t - stride, before, t, last);
      share = 1.0;
    }
    if (share > 0.0) {
      var colour = shade(t);
#ifdef SHOW_DEPTH
      colour = vec4<f32>(vec3<f32>(colour.a * nearnessOf(t - away)), colour.a);
#endif
#ifdef SHADOWS
      reached += (1.0 - sum.a) * share * colour.a * t;
#endif
      sum += (1.0 - sum.a) * share * colour;
      layers += select(0, 1, colour.a > 0.0);
    }
    before = last;
    last = here;
  }
#ifdef SHADOWS
  hit = start + (reached / max(sum.a, 1e-6)) * ray;
#endif
  return sum;
}

// Of a pixel that lies at `place`, seen from eye (w 1), or from its way by a parallel camera (w 0), which is put at 1.
fn marchedFrom(place: vec3<f32>, eye: vec4<f32>) -> vec4<f32> {
  let axis = -normalize(eye.xyz);
  var away = 1.0;
  var ray = axis;
  var start = place - axis * (dot(place, axis) + 1.0);
  var rayAcross = dpdx(start);
  var rayDown = dpdy(start);
  let straight = (place - eye.xyz) / dot(place - eye.xyz, axis);
  let straightAcross = dpdx(straight);
  let straightDown = dpdy(straight);
  if (eye.w > 0.0) {
    away = length(eye.xyz);
    ray = straight;
    start = eye.xyz;
    rayAcross = straightAcross;
    rayDown = straightDown;
  }
  return marched(start, ray, rayAcross, rayDown, away);
}
