// The quad that carries a character's views.
// Reads:    position, uv (origin at the frame's upper left); world, viewProjection
// Writes:   vUV
// Equation: clip = viewProjection · world · position
precision highp float;

attribute vec3 position;
attribute vec2 uv;

uniform mat4 world;
uniform mat4 viewProjection;

varying vec2 vUV;

void main() {
  vUV = uv;
  gl_Position = viewProjection * world * vec4(position, 1.0);
}
