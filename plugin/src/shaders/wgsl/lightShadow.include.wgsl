// One light's share of a shadow, for `shaded` of receivedShadow to include once a light.
// Reads:    place, middle, reach of `shaded`; Babylon's own uniforms of this light
// Writes:   globalShadow, shadowLightCount of `shaded`: sum and number of the lights' shares
// Equation: Babylon's; cascades are chosen by the place itself, for one before the subject may lie in another's depth
#ifdef SHADOW{X}
  shadow = 1.0;
#ifdef DIRLIGHT{X}
  worldPos = vec4<f32>(beforeSubject(place, middle, reach, vec4<f32>(-light{X}.vLightData.xyz, 0.0)), 1.0);
#else
  worldPos = vec4<f32>(beforeSubject(place, middle, reach, vec4<f32>(light{X}.vLightData.xyz, 1.0)), 1.0);
#endif
  vPositionW = worldPos.xyz;
#include<shadowsVertex>(vertexOutputs\.,)[{X}]
#ifdef SHADOWCSM{X}
  vPositionFromCamera{X} = uniforms.view * vec4<f32>(place, 1.0);
#endif
#include<lightFragment>(fragmentInputs\.,)[{X}]
#endif
