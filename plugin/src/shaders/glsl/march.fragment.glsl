// Draws what a camera sees between stored views, up to three.
// Reads:    vPlace; eye, colour (premultiplied sRGB), relief (depth in red, alpha in green), atlasSize, rectangles,
//           turns, focals, weights, depthRange, march, opacity, linearOutput
// Writes:   premultiplied colour as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: marchCore's
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

vec4 readColour(vec2 texel) {
  return textureLod(colour, texel / atlasSize, 0.0);
}

vec2 readRelief(vec2 texel) {
  return textureLod(relief, texel / atlasSize, 0.0).rg;
}

#include<turnaroundMarchCore>

#include<turnaroundSceneLook>

void main() {
  for (int k = 0; k < 3; k++) {
    viewRectangles[k] = rectangles[k];
    viewTurns[k] = turns[k];
  }
  viewFocals = focals;
  viewWeights = weights;
  viewRange = depthRange;
  marching = march.xyz;
  vec4 sum = marchedFrom(vPlace, eye);
  gl_FragColor = shownBy(sum) * opacity;
}
