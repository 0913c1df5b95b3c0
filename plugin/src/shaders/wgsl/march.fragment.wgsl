// Draws what a camera sees between stored views, up to three; with SHOW_CROSSFADE, these views as they are, mixed.
// Reads:    vPlace; eye, colour (premultiplied sRGB), relief (depth in red, alpha in green), atlasSize, rectangles,
//           turns, focals, weights, depthRange, march, opacity, linearOutput; with SHADOWS toWorld, girth
// Writes:   premultiplied colour as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: marchCore's, in the scene's shadows; with SHOW_CROSSFADE C = Σ wₖ · Vₖ(place), the quad being every view's picture plane
varying vPlace: vec3<f32>;

var colour: texture_2d<f32>;
var colourSampler: sampler;
var relief: texture_2d<f32>;
var reliefSampler: sampler;
uniform eye: vec4<f32>;
uniform atlasSize: vec2<f32>;
uniform rectangles: array<vec4<f32>, 3>;
uniform turns: array<vec4<f32>, 3>;
uniform focals: vec3<f32>;
uniform weights: vec3<f32>;
uniform depthRange: vec2<f32>;
uniform march: vec4<f32>;
uniform opacity: f32;
uniform linearOutput: f32;
#ifdef SHADOWS
uniform toWorld: mat4x4<f32>;
uniform girth: f32;
#endif

fn readColour(texel: vec2<f32>) -> vec4<f32> {
  return textureSampleLevel(colour, colourSampler, texel / uniforms.atlasSize, 0.0);
}

fn readRelief(texel: vec2<f32>) -> vec2<f32> {
  return textureSampleLevel(relief, reliefSampler, texel / uniforms.atlasSize, 0.0).rg;
}

#include<turnaroundMarchCore>

#ifdef SHOW_CROSSFADE
// Of a place on the quad, which faces the eye and goes through the pivot as a view's own picture plane does.
fn crossfaded(place: vec3<f32>, eye: vec4<f32>) -> vec4<f32> {
  let forward = normalize(eye.xyz);
  // Straight above or below any axis does, as long as it is one.
  let right = normalize(vec3<f32>(forward.z + 1e-6, 0.0, -forward.x));
  let point = vec3<f32>(dot(place, right), dot(place, cross(forward, right)), 0.0);
  let placeAcross = dpdx(place);
  let placeDown = dpdy(place);
#ifdef SHADOWS
  hit = place;
#endif
  var sum = vec4<f32>(0.0);
  for (var k = 0; k < 3; k += 1) {
    across[k] = placeAcross;
    down[k] = placeDown;
    let share = viewFocals[k] * abs(point.xy) * vec2<f32>(1.0, viewRectangles[k].z / viewRectangles[k].w);
    if (viewWeights[k] > 0.0 && max(share.x, share.y) <= 1.0) {
      sum += viewWeights[k] * seen(k, point, 1.0);
    }
  }
  return sum;
}
#endif

#include<turnaroundSceneLook>

#include<turnaroundReceivedShadow>

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
  for (var k = 0; k < 3; k += 1) {
    viewRectangles[k] = uniforms.rectangles[k];
    viewTurns[k] = uniforms.turns[k];
  }
  viewFocals = uniforms.focals;
  viewWeights = uniforms.weights;
  viewRange = uniforms.depthRange;
  marching = uniforms.march.xyz;
#ifdef SHOW_CROSSFADE
  var sum = crossfaded(fragmentInputs.vPlace, uniforms.eye);
#else
  var sum = marchedFrom(fragmentInputs.vPlace, uniforms.eye);
#endif
#ifdef SHADOWS
  let world = uniforms.toWorld * vec4<f32>(hit, 1.0);
  sum = shaded(sum, world.xyz, uniforms.toWorld[3].xyz, uniforms.girth);
#endif
  fragmentOutputs.color = shownBy(sum) * uniforms.opacity;
}
