// Writes a view as live.onnx drew it into the textures that are marched through.
// Reads:    image [3,R,R] −1..1, alpha [R,R], depth [R,R]; view (left, top, R, 0), range (near, far)
// Writes:   colour (sRGB multiplied by alpha), relief (depth within the range, alpha)
// Equation: packView's (pack-view.ts, mend-rim.ts): depth goes on from two pixels within the rim to three past it, ring by
//           ring, each pixel the mean of its known neighbours
const TILE = 8u;
const RIM = 2;
const RINGS = 5u;
// A tile with all that its pixels depend on: two pixels that must be known, five rings about them, and two more that say
// whether the last ring is within the rim.
const REACH = 9u;
const WIDE = 26u;
const BACKDROP = 2.0;
const COVERED = 0.5;

@group(0) @binding(0) var<storage, read> image: array<f32>;
@group(0) @binding(1) var<storage, read> alpha: array<f32>;
@group(0) @binding(2) var<storage, read> depth: array<f32>;
@group(0) @binding(3) var colour: texture_storage_2d<rgba8unorm, write>;
@group(0) @binding(4) var relief: texture_storage_2d<rgba8unorm, write>;
struct Place { view: vec4<f32>, range: vec4<f32> };
@group(0) @binding(5) var<uniform> place: Place;

var<workgroup> known: array<f32, WIDE * WIDE>;
var<workgroup> next: array<f32, WIDE * WIDE>;

@compute @workgroup_size(8, 8, 1)
fn main(@builtin(workgroup_id) tile: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let side = u32(place.view.z);
  let corner = vec2<i32>(tile.xy * TILE) - vec2<i32>(i32(REACH));
  let lane = local.y * TILE + local.x;
  for (var k = lane; k < WIDE * WIDE; k += TILE * TILE) {
    let at = corner + vec2<i32>(vec2<u32>(k % WIDE, k / WIDE));
    var value = 0.0;
    if (all(at >= vec2<i32>(0)) && all(at < vec2<i32>(i32(side)))) {
      value = depth[u32(at.y) * side + u32(at.x)];
      for (var v = max(at.y - RIM, 0); v <= min(at.y + RIM, i32(side) - 1); v++) {
        for (var u = max(at.x - RIM, 0); u <= min(at.x + RIM, i32(side) - 1); u++) {
          if (alpha[u32(v) * side + u32(u)] < COVERED) {
            value = 0.0;
          }
        }
      }
    }
    known[k] = value;
  }
  workgroupBarrier();
  for (var ring = 0u; ring < RINGS; ring++) {
    for (var k = lane; k < WIDE * WIDE; k += TILE * TILE) {
      var value = known[k];
      // The view ends at its edge, whatever a tile holds beyond it.
      let at = corner + vec2<i32>(vec2<u32>(k % WIDE, k / WIDE));
      let inside = all(at >= vec2<i32>(0)) && all(at < vec2<i32>(i32(side)));
      if (value == 0.0 && inside) {
        var sum = 0.0;
        var count = 0.0;
        let x = i32(k % WIDE);
        let y = i32(k / WIDE);
        for (var v = max(y - 1, 0); v <= min(y + 1, i32(WIDE) - 1); v++) {
          for (var u = max(x - 1, 0); u <= min(x + 1, i32(WIDE) - 1); u++) {
            let beside = known[u32(v) * WIDE + u32(u)];
            if (beside != 0.0) {
              sum += beside;
              count += 1.0;
            }
          }
        }
        if (count > 0.0) {
          value = sum / count;
        }
      }
      next[k] = value;
    }
    workgroupBarrier();
    for (var k = lane; k < WIDE * WIDE; k += TILE * TILE) {
      known[k] = next[k];
    }
    workgroupBarrier();
  }
  let pixel = tile.xy * TILE + local.xy;
  if (any(pixel >= vec2<u32>(side))) {
    return;
  }
  let index = pixel.y * side + pixel.x;
  let size = side * side;
  var a = clamp(alpha[index], 0.0, 1.0);
  for (var v = -RIM; v <= RIM; v++) {
    for (var u = -RIM; u <= RIM; u++) {
      let beside = vec2<i32>(pixel) + vec2<i32>(u, v);
      let inside = all(beside >= vec2<i32>(0)) && all(beside < vec2<i32>(i32(side)));
      let at = vec2<i32>(local.xy) + vec2<i32>(u, v) + vec2<i32>(i32(REACH));
      if (inside && known[u32(at.y) * WIDE + u32(at.x)] == 0.0) {
        a = 0.0;
      }
    }
  }
  let rgb = clamp(0.5 * vec3<f32>(image[index], image[size + index], image[2u * size + index]) + 0.5, vec3<f32>(0.0), vec3<f32>(1.0));
  var far = known[(local.y + REACH) * WIDE + local.x + REACH];
  if (far == 0.0) {
    far = BACKDROP;
  }
  let share = clamp((far - place.range.x) / (place.range.y - place.range.x), 0.0, 1.0);
  let to = vec2<i32>(vec2<u32>(place.view.xy) + pixel);
  textureStore(colour, to, vec4<f32>(rgb * a, a));
  textureStore(relief, to, vec4<f32>(share, a, 0.0, 1.0));
}
