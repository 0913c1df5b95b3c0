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
const float ALPHA_DEPTH = 0.02;
const float CONTOUR = 0.1;
const float STEEPEST = 0.02;
const float GRAZING = 0.02;
const int LAYERS = 2;
const int SUMMIT_STEPS = 6;
const float GOLDEN = 0.381966;
const float OPAQUE = 0.99609375;
const float VISIBILITY = 56.0;
const float SHARPENED = 1.25;
const float UNSEEN = 0.02;
const float FADED = 0.05;
const float CARVING = 0.47;
const float SOFT = 0.0025;
const float FRAME = 0.01;
const float OUTSIDE = -1e9;

// The ray in a view's camera: origin + t · direction; direction's change from pixel to pixel.
vec3 origin[3];
vec3 direction[3];
vec3 across[3];
vec3 down[3];
vec2 shift;

vec4 viewRectangles[3];
vec4 viewTurns[3];
vec3 viewFocals;
vec3 viewWeights;
vec2 viewRange;
// Steps (a share of one shortens the stride: their number may change smoothly), refinements, and how far the subject reaches from the pivot.
vec3 marching;
#ifdef SHADOWS
vec3 hit;
#endif

vec3 turned(vec4 turn, vec3 p) {
  return vec3(
    turn.x * p.x + turn.y * p.z,
    turn.w * turn.y * p.x + turn.z * p.y - turn.w * turn.x * p.z,
    -turn.y * turn.z * p.x + turn.w * p.y + turn.x * turn.z * p.z
  );
}

vec3 pointAt(int k, float t) {
  return origin[k] + t * (direction[k] + shift.x * across[k] + shift.y * down[k]);
}

// In texels, from the view's middle.
vec2 offsetOf(int k, vec3 point) {
  return 0.5 * viewRectangles[k].z * viewFocals[k] * vec2(point.x, -point.y) / (1.0 - point.z);
}

// In texels of the atlas, held within the view.
vec2 heldAt(int k, vec2 offset) {
  vec2 size = viewRectangles[k].zw;
  return viewRectangles[k].xy + clamp(0.5 * size + offset, vec2(0.5), size - 0.5);
}

vec2 placeOf(int k, vec3 point) {
  return heldAt(k, offsetOf(k, point));
}

// Depth behind the surface, and alpha.
vec2 reliefAt(int k, vec3 point, vec2 offset) {
  vec2 texel = readRelief(heldAt(k, offset));
  return vec2(1.0 - point.z - mix(viewRange.x, viewRange.y, texel.r), texel.g);
}

vec2 reliefOf(int k, vec3 point) {
  return reliefAt(k, point, offsetOf(k, point));
}

float inside(float t) {
  float least = -OUTSIDE;
  float framed = OUTSIDE;
  for (int k = 0; k < 3; k++) {
    if (viewWeights[k] > 0.0) {
      vec3 point = pointAt(k, t);
      vec2 offset = offsetOf(k, point);
      vec2 behind = reliefAt(k, point, offset);
      vec2 margin = 0.5 * viewRectangles[k].zw - abs(offset);
      float lack = max(0.0, CARVING / max(viewWeights[k], 1e-6) - 1.0);
      least = min(least, SOFT * lack + min(behind.x, ALPHA_DEPTH * (behind.y - CONTOUR)));
      framed = max(framed, FRAME * (min(margin.x, margin.y) - lack));
    }
  }
  return min(least, framed);
}

float beside(float t, float x, float y) {
  shift = vec2(x, y);
  float f = inside(t);
  shift = vec2(0.0);
  return f;
}

float coverage(float t, float depth) {
  float x = max(beside(t, 0.5, 0.0), beside(t, -0.5, 0.0));
  float y = max(beside(t, 0.0, 0.5), beside(t, 0.0, -0.5));
  float slope = 2.0 * length(max(vec2(x, y) - depth, 0.0));
  return clamp(0.5 + depth / min(STEEPEST, max(slope, 1e-9)), 0.0, 1.0);
}

float meeting(float a, float fa, float b, float fb) {
  return fb > fa ? a - fa * (b - a) / (fb - fa) : b;
}

float crossing(float a, float low, float b, float high) {
  float fa = low <= OUTSIDE ? -high : low;
  float fb = high;
  for (int k = 0; k < int(marching.y); k++) {
    float place = meeting(a, fa, b, fb);
    float f = inside(place);
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
vec2 summit(float middle, float there, float stride) {
  float low = middle - stride;
  float high = middle + stride;
  vec2 best = vec2(middle, there);
  for (int k = 0; k < SUMMIT_STEPS; k++) {
    bool right = high - best.x > best.x - low;
    float next = best.x + GOLDEN * ((right ? high : low) - best.x);
    float f = inside(next);
    bool better = f > best.y;
    float bound = better ? best.x : next;
    if (right == better) {
      low = bound;
    } else {
      high = bound;
    }
    if (better) {
      best = vec2(next, f);
    }
  }
  return best;
}

#include<turnaroundViewColour>

vec4 shade(float t) {
  float total = 0.0;
  float least = FADED;
  vec4 sum = vec4(0.0);
  for (int k = 0; k < 3; k++) {
    if (viewWeights[k] > 0.0) {
      vec3 point = pointAt(k, t);
      float gap = max(0.0, reliefOf(k, point).x);
      least = min(least, gap);
      float weight = viewWeights[k] * exp(-gap * VISIBILITY) + 1e-6;
      sum += weight * seen(k, point, t);
      total += weight;
    }
  }
  sum /= total;
  if (sum.a <= 0.0) {
    return vec4(0.0);
  }
  float known = min(1.0, (FADED - least) / (FADED - UNSEEN));
  float sharp = known * clamp(0.5 + SHARPENED * (sum.a - 0.5), 0.0, 1.0);
  return vec4(sum.rgb * (sharp / sum.a), sharp);
}

#ifdef SHOW_DEPTH
// Of a place so far behind the pivot: 1 at the near end of the views' depth, 0 at the far one.
float nearnessOf(float behind) {
  return clamp((viewRange.y - 1.0 - behind) / (viewRange.y - viewRange.x), 0.0, 1.0);
}
#endif

// Of a ray from start, t counted from the camera `away` before the pivot; its changes from pixel to pixel.
vec4 marched(vec3 start, vec3 ray, vec3 rayAcross, vec3 rayDown, float away) {
  for (int k = 0; k < 3; k++) {
    origin[k] = turned(viewTurns[k], start);
    direction[k] = turned(viewTurns[k], ray);
    across[k] = turned(viewTurns[k], rayAcross);
    down[k] = turned(viewTurns[k], rayDown);
  }
  shift = vec2(0.0);

  vec4 sum = vec4(0.0);
#ifdef SHADOWS
  float reached = 0.0;
#endif
  float near = away - marching.z;
  float stride = 2.0 * marching.z / (marching.x - 1.0);
  float before = OUTSIDE;
  float last = OUTSIDE;
  int layers = 0;
  int steps = int(ceil(marching.x));
  for (int k = 0; k <= steps; k++) {
    if (layers >= LAYERS || sum.a >= OPAQUE) {
      break;
    }
    float here = k < steps ? inside(near + float(k) * stride) : OUTSIDE;
    float t = near + float(k - 1) * stride;
    float share = 0.0;
    if (before < 0.0 && last >= before && last > here && abs(last) < GRAZING) {
      vec2 top = summit(t, last, stride);
      t = top.x;
      share = coverage(top.x, top.y);
    } else if (before < 0.0 && last >= 0.0) {
      t = crossing(t - stride, before, t, last);
      share = 1.0;
    }
    if (share > 0.0) {
      vec4 colour = shade(t);
#ifdef SHOW_DEPTH
      colour.rgb = vec3(colour.a * nearnessOf(t - away));
#endif
#ifdef SHADOWS
      reached += (1.0 - sum.a) * share * colour.a * t;
#endif
      sum += (1.0 - sum.a) * share * colour;
      layers += colour.a > 0.0 ? 1 : 0;
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
vec4 marchedFrom(vec3 place, vec4 eye) {
  vec3 axis = -normalize(eye.xyz);
  float away = eye.w > 0.0 ? length(eye.xyz) : 1.0;
  vec3 ray = eye.w > 0.0 ? (place - eye.xyz) / dot(place - eye.xyz, axis) : axis;
  vec3 start = eye.w > 0.0 ? eye.xyz : place - axis * (dot(place, axis) + 1.0);
  vec3 rayAcross = eye.w > 0.0 ? dFdx(ray) : dFdx(start);
  vec3 rayDown = eye.w > 0.0 ? dFdy(ray) : dFdy(start);
  return marched(start, ray, rayAcross, rayDown, away);
}
