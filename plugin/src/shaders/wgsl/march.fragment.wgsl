// Draws what a camera sees between stored views, up to three.
// Reads:    vPlace; eye, colour (premultiplied sRGB), relief (depth in red, alpha in green), atlasSize, rectangles,
//           turns, focals, weights, depthRange, march, opacity, linearOutput
// Writes:   premultiplied colour as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: marchCore's
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

fn readColour(texel: vec2<f32>) -> vec4<f32> {
  return textureSampleLevel(colour, colourSampler, texel / uniforms.atlasSize, 0.0);
}

fn readRelief(texel: vec2<f32>) -> vec2<f32> {
  return textureSampleLevel(relief, reliefSampler, texel / uniforms.atlasSize, 0.0).rg;
}

#include<turnaroundMarchCore>

#include<turnaroundSceneLook>

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
  var sum = marchedFrom(fragmentInputs.vPlace, uniforms.eye);
  fragmentOutputs.color = shownBy(sum) * uniforms.opacity;
}
