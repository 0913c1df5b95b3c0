// What a scene does to a finished colour: fog, then exposure, contrast, tone mapping and the rest of its image processing.
// Reads:    linearOutput, which the fragment shader declares; Babylon's own uniforms of fog and image processing
// Writes:   shownBy(sum): premultiplied colour, sRGB, or linear light where linearOutput is 1
// Equation: C = P(F + f·(S − F)) · α with S = C₀ ÷ α; f of `CalcFogFactor`, F the fog's colour, P of `applyImageProcessing`
#include<helperFunctions>
#include<fogFragmentDeclaration>
#include<imageProcessingDeclaration>
#include<imageProcessingFunctions>

vec4 shownBy(vec4 sum) {
  if (sum.a <= 0.0) {
    return sum;
  }
  vec4 color = vec4(max(sum.rgb / sum.a, 0.0), 1.0);
#include<fogFragment>
#ifdef IMAGEPROCESSING
  color = applyImageProcessing(vec4(toLinearSpace(color.rgb), 1.0));
#endif
  if (linearOutput > 0.0) {
    color.rgb = pow(color.rgb, vec3(2.2));
  }
  return vec4(color.rgb * sum.a, sum.a);
}
