// How much of the lights that throw shadows reaches a place of a subject, by Babylon's own reading of their shadow maps.
// Reads:    view (cascades choose by it); Babylon's own uniforms of lights and shadow maps, and its helperFunctions
// Writes:   shaded(sum, place, middle, reach): premultiplied colour of a place in the world, on a subject that reaches
//           so far about its middle
// Equation: C = C₀ · mean over lights of S(p′), p′ = `beforeSubject`: p + s·l with (p′ − m)·n = r, where l is the way from
//           p to the light and n that from m. In a map p′ lies where p does, and nothing of the subject before it.
#ifdef SHADOWS
uniform mat4 view;
#include<__decl__lightFragment>(varying ,)[0..4]
#include<shadowsFragmentFunctions>

vec3 vPositionW;

// Of a light that stands somewhere (w 1), or the way to a parallel one (w 0). A light within reach is not passed.
vec3 beforeSubject(vec3 place, vec3 middle, float reach, vec4 light) {
  vec3 way = light.xyz - light.w * place;
  vec3 axis = normalize(light.xyz - light.w * middle);
  float most = light.w > 0.0 ? 0.9 * length(way) : 1e9;
  way = normalize(way);
  float lack = (reach - dot(place - middle, axis)) / max(dot(way, axis), 0.1);
  return place + clamp(lack, 0.0, most) * way;
}

vec4 shaded(vec4 sum, vec3 place, vec3 middle, float reach) {
  if (sum.a <= 0.0) {
    return sum;
  }
  vec4 worldPos;
  float shadow = 1.0;
  float globalShadow = 0.0;
  float shadowLightCount = 0.0;
  float aggShadow = 0.0;
  float numLights = 0.0;
#include<turnaroundLightShadow>[0..4]
  return vec4(sum.rgb * globalShadow / max(shadowLightCount, 1.0), sum.a);
}
#endif
