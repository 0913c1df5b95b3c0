// The colour that a stored view shows at a place. For marchCore to include.
// Reads:    readColour(texel), placeOf(), and what marchCore has of a view's ray
// Writes:   seen(): premultiplied sRGB
// Equation: Catmull–Rom between 4 × 4 texels; where n texels fall on a pixel, the mean of n × n reads across it
const SHRUNK: f32 = 1.25;
const MAX_SAMPLES: f32 = 6.0;

// Catmull–Rom of 4 × 4 texels in nine reads between them.
fn bicubic(place: vec2<f32>, low: vec2<f32>, high: vec2<f32>) -> vec4<f32> {
  let corner = floor(place - 0.5) + 0.5;
  let t = place - corner;
  let w0 = t * (-0.5 + t * (1.0 - 0.5 * t));
  let w1 = 1.0 + t * t * (-2.5 + 1.5 * t);
  let w2 = t * (0.5 + t * (2.0 - 1.5 * t));
  let w3 = t * t * (-0.5 + 0.5 * t);
  let w12 = w1 + w2;
  let p0 = clamp(corner - 1.0, low, high);
  let p1 = clamp(corner + w2 / w12, low, high);
  let p3 = clamp(corner + 2.0, low, high);
  var sum = w0.y * (w0.x * readColour(p0) + w12.x * readColour(vec2<f32>(p1.x, p0.y)) + w3.x * readColour(vec2<f32>(p3.x, p0.y)));
  sum += w12.y * (w0.x * readColour(vec2<f32>(p0.x, p1.y)) + w12.x * readColour(p1) + w3.x * readColour(vec2<f32>(p3.x, p1.y)));
  sum += w3.y * (w0.x * readColour(vec2<f32>(p0.x, p3.y)) + w12.x * readColour(vec2<f32>(p1.x, p3.y)) + w3.x * readColour(p3));
  return sum;
}

// Texels across a pixel, t away.
fn footprintOf(k: i32, t: f32) -> f32 {
  return t * max(length(across[k]), length(down[k])) * 0.5 * viewRectangles[k].z * viewFocals[k];
}

fn seen(k: i32, point: vec3<f32>, t: f32) -> vec4<f32> {
  let low = viewRectangles[k].xy + 0.5;
  let high = viewRectangles[k].xy + viewRectangles[k].zw - 0.5;
  let place = placeOf(k, point);
  let footprint = footprintOf(k, t);
  if (footprint <= SHRUNK) {
    return bicubic(place, low, high);
  }
  let count = min(ceil(footprint), MAX_SAMPLES);
  var sum = vec4<f32>(0.0);
  for (var row = 0.0; row < count; row += 1.0) {
    for (var column = 0.0; column < count; column += 1.0) {
      let offset = ((vec2<f32>(column, row) + 0.5) / count - 0.5) * footprint;
      sum += readColour(clamp(place + offset, low, high));
    }
  }
  return sum / (count * count);
}
