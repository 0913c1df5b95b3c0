// The quad that carries a character's views.
// Reads:    position, uv (origin at the frame's upper left); world, viewProjection, view
// Writes:   vUV; with SHADOWS vWorld, the place in the world
// Equation: clip = viewProjection · world · position
attribute position: vec3<f32>;
attribute uv: vec2<f32>;

uniform world: mat4x4<f32>;
uniform viewProjection: mat4x4<f32>;
#ifdef FOG
uniform view: mat4x4<f32>;
#endif

varying vUV: vec2<f32>;
#ifdef SHADOWS
varying vWorld: vec3<f32>;
#endif

#include<fogVertexDeclaration>

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
  vertexOutputs.vUV = vertexInputs.uv;
  let worldPos = uniforms.world * vec4<f32>(vertexInputs.position, 1.0);
  vertexOutputs.position = uniforms.viewProjection * worldPos;
#ifdef SHADOWS
  vertexOutputs.vWorld = worldPos.xyz;
#endif
#include<fogVertex>
}
