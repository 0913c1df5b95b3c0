// The quad that a character's views are marched through.
// Reads:    position; world, viewProjection, toSubject
// Writes:   vPlace, the place in the subject's space: about the pivot, in units of the stored cameras' distance
// Equation: clip = viewProjection · world · position; place = toSubject · world · position
precision highp float;

attribute vec3 position;

uniform mat4 world;
uniform mat4 viewProjection;
uniform mat4 toSubject;

varying vec3 vPlace;

void main() {
  vec4 place = world * vec4(position, 1.0);
  vPlace = (toSubject * place).xyz;
  gl_Position = viewProjection * place;
}
