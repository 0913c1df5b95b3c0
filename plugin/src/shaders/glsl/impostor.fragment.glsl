// Blends the stored views, up to three, that bracket the camera's direction.
// Reads:    vUV; atlas (sRGB, straight alpha, first row on top), atlasSize, rectangles, weights, opacity,
//           linearOutput; with SHADOWS vWorld, world, girth
// Writes:   premultiplied colour as the scene shows it: sRGB, or linear light where linearOutput is 1
// Equation: C = opacity · Σ wₖ · Vₖ(uv), V premultiplied before it is filtered or mixed.
//           In shadows the quad's own place counts. Where n texels fall on a pixel, V is the mean of n × n bilinear samples across it.
precision highp float;

const int MAX_SAMPLES = 8;

varying vec2 vUV;

uniform sampler2D atlas;
uniform vec2 atlasSize;
uniform vec4 rectangles[3];
uniform vec3 weights;
uniform float opacity;
uniform float linearOutput;
#ifdef SHADOWS
varying vec3 vWorld;
uniform mat4 world;
uniform float girth;
#endif

vec4 premultipliedTexel(vec2 place, vec2 low, vec2 high) {
  vec4 texel = texelFetch(atlas, ivec2(clamp(place, low, high)), 0);
  return vec4(texel.rgb * texel.a, texel.a);
}

// A neighbour in the atlas is never touched: places are held within the rectangle. `scale` is not 1 where an engine
// has shrunk an atlas that exceeds its largest texture.
vec4 bilinear(vec4 rectangle, vec2 scale, vec2 uv) {
  vec2 low = ceil(rectangle.xy * scale - 0.01);
  vec2 high = max(low, floor((rectangle.xy + rectangle.zw) * scale + 0.01) - 1.0);
  vec2 place = (rectangle.xy + uv * rectangle.zw) * scale - 0.5;
  vec2 corner = floor(place);
  vec2 part = place - corner;
  vec4 top = mix(
    premultipliedTexel(corner, low, high),
    premultipliedTexel(corner + vec2(1.0, 0.0), low, high),
    part.x
  );
  vec4 bottom = mix(
    premultipliedTexel(corner + vec2(0.0, 1.0), low, high),
    premultipliedTexel(corner + vec2(1.0, 1.0), low, high),
    part.x
  );
  return mix(top, bottom, part.y);
}

vec4 viewed(vec4 rectangle, vec2 scale, vec2 across, vec2 down) {
  vec2 texels = rectangle.zw * scale;
  float footprint = max(length(across * texels), length(down * texels));
  int count = int(clamp(ceil(footprint - 0.1), 1.0, float(MAX_SAMPLES)));
  vec4 sum = vec4(0.0);
  for (int row = 0; row < count; row++) {
    for (int column = 0; column < count; column++) {
      vec2 offset = (vec2(float(column), float(row)) + 0.5) / float(count) - 0.5;
      sum += bilinear(rectangle, scale, vUV + offset.x * across + offset.y * down);
    }
  }
  return sum / float(count * count);
}

#include<turnaroundSceneLook>

#include<turnaroundReceivedShadow>

void main() {
  vec2 across = dFdx(vUV);
  vec2 down = dFdy(vUV);
  vec2 scale = vec2(textureSize(atlas, 0)) / atlasSize;
  vec4 colour = vec4(0.0);
  for (int k = 0; k < 3; k++) {
    if (weights[k] > 0.0) {
      colour += weights[k] * viewed(rectangles[k], scale, across, down);
    }
  }
#ifdef SHADOWS
  colour = shaded(colour, vWorld, world[3].xyz, girth);
#endif
  gl_FragColor = shownBy(colour) * opacity;
}
