/** GLSL's name of a uniform's type. */
export type UniformType =
  | 'mat4'
  | 'vec2'
  | 'vec3'
  | 'vec4'
  | 'vec4[3]'
  | 'float'
  | 'sampler2D'
  | 'sampler2DArray';

/** What the shaders that blend views are given, in both languages; a test holds the shader files to it. */
export const IMPOSTOR_UNIFORMS: Readonly<Record<string, UniformType>> = {
  /** Quad to world; Babylon sets it. */
  world: 'mat4',
  /** World to clip space of the camera that is drawing; Babylon sets it. */
  viewProjection: 'mat4',
  /** World to camera; in fog only, and Babylon sets it. */
  view: 'mat4',
  /** All views: sRGB bytes with straight alpha. */
  atlas: 'sampler2D',
  /** Width and height that the rectangles refer to, in pixels. */
  atlasSize: 'vec2',
  /** x, y, width, height of a view in pixels of the atlas, from its upper left corner. */
  rectangles: 'vec4[3]',
  /** Of the views, 0..1 and 1 in all; 0: there is none. */
  weights: 'vec3',
  /** 0..1 of the whole. */
  opacity: 'float',
  /** In shadows only: how far the subject reaches from its middle, in the world. */
  girth: 'float',
  /** 1: hand on linear light, because a later pass encodes it; 0: sRGB. */
  linearOutput: 'float',
};

/** What the shaders that march between views are given. */
export const MARCH_UNIFORMS: Readonly<Record<string, UniformType>> = {
  world: 'mat4',
  viewProjection: 'mat4',
  view: 'mat4',
  /** World to the subject's space: about the pivot, in units of the stored cameras' distance. */
  toSubject: 'mat4',
  /** There: where the camera stands (w 1), or the way to where a parallel one would stand (w 0). */
  eye: 'vec4',
  /** All views: sRGB multiplied by alpha. */
  colour: 'sampler2D',
  /** Depth in red, alpha in green. */
  relief: 'sampler2D',
  atlasSize: 'vec2',
  rectangles: 'vec4[3]',
  /** Cosine and sine of a view's yaw, then of its pitch. */
  turns: 'vec4[3]',
  /** Half-widths. */
  focals: 'vec3',
  weights: 'vec3',
  /** Distances that 0 and 1 of the relief's red mean, in units of the stored cameras' distance. */
  depthRange: 'vec2',
  /** Steps, refinements, and how far the subject reaches from the pivot. */
  march: 'vec4',
  opacity: 'float',
  /** In shadows only: the way back from `toSubject`. */
  toWorld: 'mat4',
  girth: 'float',
  linearOutput: 'float',
};

/** What a crowd's shaders are given. */
export const CROWD_UNIFORMS: Readonly<Record<string, UniformType>> = {
  viewProjection: 'mat4',
  view: 'mat4',
  /** A row a subject (`view-table.ts`). */
  table: 'sampler2D',
  /** Three cells a member (`member-table.ts`). */
  members: 'sampler2D',
  /** Where the camera stands (w 1), or the way to a parallel one (w 0); in the world. */
  camera: 'vec4',
  /** −1 where the crowd's space reaches the screen mirrored. */
  handedness: 'float',
  /** Pixels of the screen that a unit of the world is high, a unit away. */
  pixelScale: 'float',
  /** All views, a layer a subject: sRGB multiplied by alpha. */
  colour: 'sampler2DArray',
  /** Depth in red, alpha in green, likewise. */
  relief: 'sampler2DArray',
  /** Of a layer, in pixels. */
  atlasSize: 'vec2',
  linearOutput: 'float',
};
