// The quad that a character's views are marched through.
// Reads:    position; world, viewProjection, view, toSubject
// Writes:   vPlace, the place in the subject's space: about the pivot, in units of the stored cameras' distance
// Equation: clip = viewProjection · world · position; place = toSubject · world · position
attribute position: vec3<f32>;

uniform world: mat4x4<f32>;
uniform viewProjection: mat4x4<f32>;
#ifdef FOG
uniform view: mat4x4<f32>;
#endif
uniform toSubject: mat4x4<f32>;

varying vPlace: vec3<f32>;

#include<fogVertexDeclaration>

@vertex
fn main(input: VertexInputs) -> FragmentInputs {
  let worldPos = uniforms.world * vec4<f32>(vertexInputs.position, 1.0);
  vertexOutputs.vPlace = (uniforms.toSubject * worldPos).xyz;
  vertexOutputs.position = uniforms.viewProjection * worldPos;
#include<fogVertex>
}
