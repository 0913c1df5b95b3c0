// Blends the stored views, up to three, that bracket the camera's direction.
// Reads:    vUV; atlas (sRGB, straight alpha, first row on top), atlasSize, rectangles, weights, opacity,
//           linearOutput; with SHADOWS vWorld, world, girth
// Writes:   premultiplied colour as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: C = opacity · Σ wₖ · Vₖ(uv), V premultiplied before it is filtered or mixed.
//           In shadows the quad's own place counts. Where n texels fall on a pixel, V is the mean of n × n bilinear samples across it.
const MAX_SAMPLES: f32 = 8.0;

varying vUV: vec2<f32>;

var atlas: texture_2d<f32>;
uniform atlasSize: vec2<f32>;
uniform rectangles: array<vec4<f32>, 3>;
uniform weights: vec3<f32>;
uniform opacity: f32;
uniform linearOutput: f32;
#ifdef SHADOWS
varying vWorld: vec3<f32>;
uniform world: mat4x4<f32>;
uniform girth: f32;
#endif

fn premultipliedTexel(place: vec2<f32>, low: vec2<f32>, high: vec2<f32>) -> vec4<f32> {
  let texel = textureLoad(atlas, vec2<i32>(clamp(place, low, high)), 0);
  return vec4<f32>(texel.rgb * texel.a, texel.a);
}

// A neighbour in the atlas is never touched: places are held within the rectangle. `scale` is not 1 where an engine
// has shrunk an atlas that exceeds its largest texture.
fn bilinear(rectangle: vec4<f32>, scale: vec2<f32>, uv: vec2<f32>) -> vec4<f32> {
  let low = ceil(rectangle.xy * scale - 0.01);
  let high = max(low, floor((rectangle.xy + rectangle.zw) * scale + 0.01) - 1.0);
  let place = (rectangle.xy + uv * rectangle.zw) * scale - 0.5;
  let corner = floor(place);
  let part = place - corner;
  let top = mix(
    premultipliedTexel(corner, low, high),
    premultipliedTexel(corner + vec2<f32>(1.0, 0.0), low, high),
    part.x
  );
  let bottom = mix(
    premultipliedTexel(corner + vec2<f32>(0.0, 1.0), low, high),
    premultipliedTexel(corner + vec2<f32>(1.0, 1.0), low, high),
    part.x
  );
  return mix(top, bottom, part.y);
}

fn viewed(rectangle: vec4<f32>, scale: vec2<f32>, uv: vec2<f32>, across: vec2<f32>, down: vec2<f32>) -> vec4<f32> {
  let texels = rectangle.zw * scale;
  let footprint = max(length(across * texels), length(down * texels));
  let count = clamp(ceil(footprint - 0.1), 1.0, MAX_SAMPLES);
  var sum = vec4<f32>(0.0);
  for (var row = 0.0; row < count; row += 1.0) {
    for (var column = 0.0; column < count; column += 1.0) {
      let offset = (vec2<f32>(column, row) + 0.5) / count - 0.5;
      sum += bilinear(rectangle, scale, uv + offset.x * across + offset.y * down);
    }
  }
  return sum / (count * count);
}

#include<turnaroundSceneLook>

#include<turnaroundReceivedShadow>

@fragment
fn main(input: FragmentInputs) -> FragmentOutputs {
  let across = dpdx(fragmentInputs.vUV);
  let down = dpdy(fragmentInputs.vUV);
  let scale = vec2<f32>(textureDimensions(atlas, 0)) / uniforms.atlasSize;
  var colour = vec4<f32>(0.0);
  for (var k = 0; k < 3; k += 1) {
    if (uniforms.weights[k] > 0.0) {
      colour += uniforms.weights[k] * viewed(uniforms.rectangles[k], scale, fragmentInputs.vUV, across, down);
    }
  }
#ifdef SHADOWS
  colour = shaded(colour, fragmentInputs.vWorld, uniforms.world[3].xyz, uniforms.girth);
#endif
  fragmentOutputs.color = shownBy(colour) * uniforms.opacity;
}
