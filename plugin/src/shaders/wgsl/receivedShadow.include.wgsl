// How much of the lights that throw shadows reaches a place of a subject, by Babylon's own reading of their shadow maps.
// Reads:    view (cascades choose by it); Babylon's own uniforms of lights and shadow maps, and its helperFunctions
// Writes:   shaded(sum, place, middle, reach): premultiplied colour of a place in the world, on a subject that reaches
//           so far about its middle
// Equation: C = C₀ · mean over lights of S(p′), p′ = `beforeSubject`: p + s·l with (p′ − m)·n = r, where l is the way from
//           p to the light and n that from m. In a map p′ lies where p does, and nothing of the subject before it.
#ifdef SHADOWS
uniform view: mat4x4<f32>;
#include<turnaroundLights>[0..4]
#include<shadowsFragmentFunctions>

var<private> vPositionW: vec3<f32>;

// Of a light that stands somewhere (w 1), or the way to a parallel one (w 0). A light within reach is not passed.
fn beforeSubject(place: vec3<f32>, middle: vec3<f32>, reach: f32, light: vec4<f32>) -> vec3<f32> {
  let way = light.xyz - light.w * place;
  let axis = normalize(light.xyz - light.w * middle);
  let most = select(1e9, 0.9 * length(way), light.w > 0.0);
  let lack = (reach - dot(place - middle, axis)) / max(dot(normalize(way), axis), 0.1);
  return place + clamp(lack, 0.0, most) * normalize(way);
}

fn shaded(sum: vec4<f32>, place: vec3<f32>, middle: vec3<f32>, reach: f32) -> vec4<f32> {
  if (sum.a <= 0.0) {
    return sum;
  }
  var worldPos: vec4<f32>;
  var shadow = 1.0;
  var globalShadow = 0.0;
  var shadowLightCount = 0.0;
  var aggShadow = 0.0;
  var numLights = 0.0;
#include<turnaroundLightShadow>[0..4]
  return vec4<f32>(sum.rgb * globalShadow / max(shadowLightCount, 1.0), sum.a);
}
#endif
