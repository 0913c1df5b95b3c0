// Draws a crowd's member between its stored views, up to three.
// Reads:    what crowd.vertex writes; colour, relief (arrays, a layer a subject), atlasSize, linearOutput; with
//           SHADOWS handedness
// Writes:   premultiplied colour, tinted, as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: marchCore's, in the scene's shadows
precision highp float;
precision highp sampler2DArray;

const float REACH = 0.12;
const float LEAST_ALPHA = 0.002;

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

uniform sampler2DArray colour;
uniform sampler2DArray relief;
uniform vec2 atlasSize;
uniform float linearOutput;
#ifdef SHADOWS
uniform float handedness;
#endif

vec4 readColour(vec2 texel) {
  return textureLod(colour, vec3(texel / atlasSize, floor(vSubject.x + 0.5)), 0.0);
}

vec2 readRelief(vec2 texel) {
  return textureLod(relief, vec3(texel / atlasSize, floor(vSubject.x + 0.5)), 0.0).rg;
}

#include<turnaroundMarchCore>

#include<turnaroundSceneLook>

#include<turnaroundReceivedShadow>

void main() {
  viewRectangles[0] = vRectangle0;
  viewRectangles[1] = vRectangle1;
  viewRectangles[2] = vRectangle2;
  viewTurns[0] = vTurn0;
  viewTurns[1] = vTurn1;
  viewTurns[2] = vTurn2;
  viewFocals = vFocals;
  viewWeights = vWeights;
  viewRange = vSubject.yz;
  marching = vec3(vDetail.x, floor(vDetail.y + 0.5), REACH);
  vec4 sum = marchedFrom(vPlace, vEye);
  sum = vec4(sum.rgb * vTint.rgb, sum.a) * vTint.a;
  // What shows nothing must not write depth either.
  if (sum.a < LEAST_ALPHA) {
    discard;
  }
#ifdef SHADOWS
  // Members stand upright: their own axes are known by one, and mirrored or not.
  vec2 ownX = vDetail.zw;
  vec2 ownZ = handedness * vec2(-ownX.y, ownX.x);
  vec2 ground = hit.x * ownX + hit.z * ownZ;
  sum = shaded(sum, vShape.xyz + vec3(ground.x, hit.y * length(ownX), ground.y), vShape.xyz, vShape.w);
#endif
  gl_FragColor = shownBy(sum);
}
