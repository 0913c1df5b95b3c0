// Draws a crowd's member between its stored views, up to three.
// Reads:    what crowd.vertex writes; colour, relief (arrays, a layer a subject), atlasSize, linearOutput; with
//           SHADOWS handedness
// Writes:   premultiplied colour, tinted, as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: marchCore's, in the scene's shadows
const REACH: f32 = 0.12;
const LEAST_ALPHA: f32 = 0.002;

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

var colour: texture_2d_array<f32>;
var colourSampler: sampler;
var relief: texture_2d_array<f32>;
var reliefSampler: sampler;
uniform atlasSize: vec2<f32>;
uniform linearOutput: f32;
#ifdef SHADOWS
uniform handedness: f32;
#endif

var<private> layer: i32;

fn readColour(texel: vec2<f32>) -> vec4<f32> {
  return textureSampleLevel(colour, colourSampler, texel / uniforms.atlasSize, layer, 0.0);
}

fn readRelief(texel: vec2<f32>) -> vec2<f32> {
  return textureSampleLevel(relief, reliefSampler, texel / uniforms.atlasSize, layer, 0.0).rg;
}

#include<turnaroundMarchCore>

#include<turnaroundSceneLook>

#include<turnaroundReceivedShadow>

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
  layer = i32(fragmentInputs.vSubject.x + 0.5);
  viewRectangles[0] = fragmentInputs.vRectangle0;
  viewRectangles[1] = fragmentInputs.vRectangle1;
  viewRectangles[2] = fragmentInputs.vRectangle2;
  viewTurns[0] = fragmentInputs.vTurn0;
  viewTurns[1] = fragmentInputs.vTurn1;
  viewTurns[2] = fragmentInputs.vTurn2;
  viewFocals = fragmentInputs.vFocals;
  viewWeights = fragmentInputs.vWeights;
  viewRange = fragmentInputs.vSubject.yz;
  marching = vec3<f32>(fragmentInputs.vDetail.x, floor(fragmentInputs.vDetail.y + 0.5), REACH);
  var sum = marchedFrom(fragmentInputs.vPlace, fragmentInputs.vEye);
  let tint = fragmentInputs.vTint;
  sum = vec4<f32>(sum.rgb * tint.rgb, sum.a) * tint.a;
  // What shows nothing must not write depth either.
  if (sum.a < LEAST_ALPHA) {
    discard;
  }
#ifdef SHADOWS
  // Members stand upright: their own axes are known by one, and mirrored or not.
  let ownX = fragmentInputs.vDetail.zw;
  let ownZ = uniforms.handedness * vec2<f32>(-ownX.y, ownX.x);
  let ground = hit.x * ownX + hit.z * ownZ;
  let shape = fragmentInputs.vShape;
  sum = shaded(sum, shape.xyz + vec3<f32>(ground.x, hit.y * length(ownX), ground.y), shape.xyz, shape.w);
#endif
  fragmentOutputs.color = shownBy(sum);
}
