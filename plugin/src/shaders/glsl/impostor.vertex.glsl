// The quad that carries a character's views.
// Reads:    position, uv (origin at the frame's upper left); world, viewProjection, view
// Writes:   vUV; with SHADOWS vWorld, the place in the world
// Equation: clip = viewProjection · world · position
precision highp float;

attribute vec3 position;
attribute vec2 uv;

uniform mat4 world;
uniform mat4 viewProjection;
#ifdef FOG
uniform mat4 view;
#endif

varying vec2 vUV;
#ifdef SHADOWS
varying vec3 vWorld;
#endif

#include<fogVertexDeclaration>

void main() {
  vUV = uv;
  vec4 worldPos = world * vec4(position, 1.0);
  gl_Position = viewProjection * worldPos;
#ifdef SHADOWS
  vWorld = worldPos.xyz;
#endif
#include<fogVertex>
}
