// The quad that a character's views are marched through.
// Reads:    position; world, viewProjection, view, toSubject
// Writes:   vPlace, the place in the subject's space: about the pivot, in units of the stored cameras' distance
// Equation: clip = viewProjection · world · position; place = toSubject · world · position
precision highp float;

attribute vec3 position;

uniform mat4 world;
uniform mat4 viewProjection;
#ifdef FOG
uniform mat4 view;
#endif
uniform mat4 toSubject;

varying vec3 vPlace;

#include<fogVertexDeclaration>

void main() {
  vec4 worldPos = world * vec4(position, 1.0);
  vPlace = (toSubject * worldPos).xyz;
  gl_Position = viewProjection * worldPos;
#include<fogVertex>
}
