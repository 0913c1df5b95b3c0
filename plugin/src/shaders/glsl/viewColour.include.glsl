// The colour that a stored view shows at a place. For marchCore to include.
// Reads:    readColour(texel), placeOf(), and what marchCore has of a view's ray
// Writes:   seen(): premultiplied sRGB
// Equation: Catmull–Rom between 4 × 4 texels; where n texels fall on a pixel, the mean of n × n reads across it
const float SHRUNK = 1.25;
const float MAX_SAMPLES = 6.0;

// Catmull–Rom of 4 × 4 texels in nine reads between them.
vec4 bicubic(vec2 place, vec2 low, vec2 high) {
  vec2 corner = floor(place - 0.5) + 0.5;
  vec2 t = place - corner;
  vec2 w0 = t * (-0.5 + t * (1.0 - 0.5 * t));
  vec2 w1 = 1.0 + t * t * (-2.5 + 1.5 * t);
  vec2 w2 = t * (0.5 + t * (2.0 - 1.5 * t));
  vec2 w3 = t * t * (-0.5 + 0.5 * t);
  vec2 w12 = w1 + w2;
  vec2 p0 = clamp(corner - 1.0, low, high);
  vec2 p1 = clamp(corner + w2 / w12, low, high);
  vec2 p3 = clamp(corner + 2.0, low, high);
  vec4 sum = w0.y * (w0.x * readColour(p0) + w12.x * readColour(vec2(p1.x, p0.y)) + w3.x * readColour(vec2(p3.x, p0.y)));
  sum += w12.y * (w0.x * readColour(vec2(p0.x, p1.y)) + w12.x * readColour(p1) + w3.x * readColour(vec2(p3.x, p1.y)));
  sum += w3.y * (w0.x * readColour(vec2(p0.x, p3.y)) + w12.x * readColour(vec2(p1.x, p3.y)) + w3.x * readColour(p3));
  return sum;
}

// Texels across a pixel, t away.
float footprintOf(int k, float t) {
  return t * max(length(across[k]), length(down[k])) * 0.5 * viewRectangles[k].z * viewFocals[k];
}

vec4 seen(int k, vec3 point, float t) {
  vec2 low = viewRectangles[k].xy + 0.5;
  vec2 high = viewRectangles[k].xy + viewRectangles[k].zw - 0.5;
  vec2 place = placeOf(k, point);
  float footprint = footprintOf(k, t);
  if (footprint <= SHRUNK) {
    return bicubic(place, low, high);
  }
  float count = min(ceil(footprint), MAX_SAMPLES);
  vec4 sum = vec4(0.0);
  for (float row = 0.0; row < count; row += 1.0) {
    for (float column = 0.0; column < count; column += 1.0) {
      vec2 offset = ((vec2(column, row) + 0.5) / count - 0.5) * footprint;
      sum += readColour(clamp(place + offset, low, high));
    }
  }
  return sum / (count * count);
}
