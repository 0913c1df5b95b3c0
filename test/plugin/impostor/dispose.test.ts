import { TransformNode } from '@babylonjs/core/Meshes/transformNode.js';
import { Impostor } from '@turnaround/plugin/impostor';
import { describe, expect, test } from 'vitest';
import { addImpostor, blankAtlas, cameraAt, direction, fanExtension, nullScene } from './scenes.ts';

describe('dispose', () => {
  const counts = (scene: ReturnType<typeof nullScene>) => ({
    meshes: scene.meshes.length,
    materials: scene.materials.length,
    textures: scene.textures.length,
    geometries: scene.geometries.length,
    nodes: scene.transformNodes.length,
    cameraObservers: scene.onBeforeCameraRenderObservable.observers.length,
    internal: scene.getEngine().getLoadedTexturesCache().length,
  });

  test('brings all counts back', () => {
    const scene = nullScene(true);
    cameraAt(scene, direction(0));
    scene.render();
    const before = counts(scene);
    const impostor = addImpostor(scene);
    let told = 0;
    impostor.onDisposeObservable.add(() => told++);
    scene.render();
    expect(counts(scene)).not.toEqual(before);
    const { node, mesh } = impostor;
    expect(Impostor.FromNode(mesh)).toBe(impostor);
    impostor.dispose();
    impostor.dispose();
    // An observer taken off during a notification goes at the next turn; a render settles it.
    scene.render();
    expect(counts(scene)).toEqual(before);
    expect(told).toBe(1);
    expect(node.isDisposed()).toBe(true);
    expect(Impostor.FromNode(node)).toBeNull();
  });

  test('leaves a node that was given', () => {
    const scene = nullScene(true);
    const node = new TransformNode('mine', scene);
    addImpostor(scene, fanExtension(), node).dispose();
    expect(node.isDisposed()).toBe(false);
    expect(scene.meshes).toHaveLength(0);
  });

  test.each(['the node', 'the quad', 'the scene'])('happens with %s', (what) => {
    const scene = nullScene(true);
    cameraAt(scene, direction(0));
    const impostor = new Impostor(scene, { extension: fanExtension(), atlas: blankAtlas(scene) });
    if (what === 'the node') impostor.node.dispose();
    else if (what === 'the quad') impostor.mesh.dispose();
    else scene.dispose();
    expect(impostor.isDisposed).toBe(true);
    expect(scene.textures).toHaveLength(0);
    expect(scene.materials).toHaveLength(0);
  });
});
