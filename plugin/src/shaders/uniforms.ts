/** GLSL's name of a uniform's type. */
export type UniformType = 'mat4' | 'vec2' | 'vec4' | 'float' | 'sampler2D';

/** What the impostor's shaders are given, in both languages; a test holds the shader files to it. */
export const IMPOSTOR_UNIFORMS: Readonly<Record<string, UniformType>> = {
  /** Quad to world; Babylon sets it. */
  world: 'mat4',
  /** World to clip space of the camera that is drawing; Babylon sets it. */
  viewProjection: 'mat4',
  /** All views: sRGB bytes with straight alpha. */
  atlas: 'sampler2D',
  /** Width and height that the rectangles refer to, in pixels. */
  atlasSize: 'vec2',
  /** x, y, width, height of a view in pixels of the atlas, from its upper left corner. */
  firstRectangle: 'vec4',
  secondRectangle: 'vec4',
  /** 0..1; the first view has the rest. */
  secondWeight: 'float',
  /** 0..1 of the whole. */
  opacity: 'float',
  /** 1: hand on linear light, because a later pass encodes it; 0: the bytes as stored. */
  linearOutput: 'float',
};
