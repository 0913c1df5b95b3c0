// Draws what a camera sees between stored views, up to three; with SHOW_CROSSFADE, these views as they are, mixed.
// Reads:    vPlace; eye, colour (premultiplied sRGB), relief (depth in red, alpha in green), atlasSize, rectangles,
//           turns, focals, weights, depthRange, march, opacity, linearOutput; with SHADOWS toWorld, girth
// Writes:   premultiplied colour as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: marchCore's, in the scene's shadows; with SHOW_CROSSFADE C = Σ wₖ · Vₖ(place), the quad being every view's picture plane
precision highp float;

varying vec3 vPlace;

uniform sampler2D colour;
uniform sampler2D relief;
uniform vec4 eye;
uniform vec2 atlasSize;
uniform vec4 rectangles[3];
uniform vec4 turns[3];
uniform vec3 focals;
uniform vec3 weights;
uniform vec2 depthRange;
uniform vec4 march;
uniform float opacity;
uniform float linearOutput;
#ifdef SHADOWS
uniform mat4 toWorld;
uniform float girth;
#endif

vec4 readColour(vec2 texel) {
  return textureLod(colour, texel / atlasSize, 0.0);
}

vec2 readRelief(vec2 texel) {
  return textureLod(relief, texel / atlasSize, 0.0).rg;
}

#include<turnaroundMarchCore>

#ifdef SHOW_CROSSFADE
// Of a place on the quad, which faces the eye and goes through the pivot as a view's own picture plane does.
vec4 crossfaded(vec3 place, vec4 eye) {
  vec3 forward = normalize(eye.xyz);
  // Straight above or below any axis does, as long as it is one.
  vec3 right = normalize(vec3(forward.z + 1e-6, 0.0, -forward.x));
  vec3 point = vec3(dot(place, right), dot(place, cross(forward, right)), 0.0);
  vec3 placeAcross = dFdx(place);
  vec3 placeDown = dFdy(place);
#ifdef SHADOWS
  hit = place;
#endif
  vec4 sum = vec4(0.0);
  for (int k = 0; k < 3; k++) {
    across[k] = placeAcross;
    down[k] = placeDown;
    vec2 share = viewFocals[k] * abs(point.xy) * vec2(1.0, viewRectangles[k].z / viewRectangles[k].w);
    if (viewWeights[k] > 0.0 && max(share.x, share.y) <= 1.0) {
      sum += viewWeights[k] * seen(k, point, 1.0);
    }
  }
  return sum;
}
#endif

#include<turnaroundSceneLook>

#include<turnaroundReceivedShadow>

void main() {
  for (int k = 0; k < 3; k++) {
    viewRectangles[k] = rectangles[k];
    viewTurns[k] = turns[k];
  }
  viewFocals = focals;
  viewWeights = weights;
  viewRange = depthRange;
  marching = march.xyz;
#ifdef SHOW_CROSSFADE
  vec4 sum = crossfaded(vPlace, eye);
#else
  vec4 sum = marchedFrom(vPlace, eye);
#endif
#ifdef SHADOWS
  sum = shaded(sum, (toWorld * vec4(hit, 1.0)).xyz, toWorld[3].xyz, girth);
#endif
  gl_FragColor = shownBy(sum) * opacity;
}
