import type { IImageProcessingConfigurationDefines } from '@babylonjs/core/Materials/imageProcessingConfiguration.defines.js';
import {
  PrepareSamplersForImageProcessing,
  PrepareUniformsForImageProcessing,
} from '@babylonjs/core/Materials/imageProcessingConfiguration.functions.js';
import type { ShaderMaterial } from '@babylonjs/core/Materials/shaderMaterial.js';

/** As `prepareDefines` leaves them; ours are told apart by being none. */
const nothing = (): IImageProcessingConfigurationDefines => ({
  IMAGEPROCESSING: false,
  VIGNETTE: false,
  VIGNETTEBLENDMODEMULTIPLY: false,
  VIGNETTEBLENDMODEOPAQUE: false,
  TONEMAPPING: 0,
  CONTRAST: false,
  EXPOSURE: false,
  WHITEBALANCE: false,
  COLORCURVES: false,
  COLORGRADING: false,
  COLORGRADING3D: false,
  SAMPLER3DGREENDEPTH: false,
  SAMPLER3DBGRMAP: false,
  DITHER: false,
  IMAGEPROCESSINGPOSTPROCESS: false,
  SKIPFINALCOLORCLAMP: false,
});

/**
 * Has a material's colours go through the scene's image processing as Babylon's own materials do (`sceneLook.include`); fog
 * is Babylon's to bind. A scene without either shows the bytes that are stored.
 * @param material not drawn yet
 */
export function followSceneLook(material: ShaderMaterial): void {
  const configuration = material.getScene().imageProcessingConfiguration;
  const apply = (): void => {
    const defines = nothing();
    configuration.prepareDefines(defines);
    for (const [name, value] of Object.entries(defines)) material.setDefine(name, value);
    const { uniforms, samplers } = material.options;
    const [wanted, textures]: [string[], string[]] = [[], []];
    PrepareUniformsForImageProcessing(wanted, defines);
    PrepareSamplersForImageProcessing(textures, defines);
    for (const name of wanted) if (!uniforms.includes(name)) uniforms.push(name);
    for (const name of textures) if (!samplers.includes(name)) samplers.push(name);
  };
  apply();
  const observer = configuration.onUpdateParameters.add(apply);
  material.onBindObservable.add(() => {
    const effect = material.getEffect();
    if (effect && !configuration.applyByPostProcess) configuration.bind(effect);
  });
  material.onDisposeObservable.addOnce(() => observer.remove());
}
