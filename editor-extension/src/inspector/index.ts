/// <reference path="./inspector.d.ts" />
import { SceneContextIdentity, ShellServiceIdentity } from '@babylonjs/inspector';
import { loadImpostorAsync } from '@turnaround/plugin/loader';
import { createElement } from 'react';
import type { PanelOptions } from '../panel/options.ts';
import { reactPanel } from '../react-panel.ts';
import type { Component, ServiceDefinition } from './types.ts';

export type { Component, SceneContext, ServiceDefinition, ShellService } from './types.ts';

/** A head that turns, as the Inspector draws its icons. */
const Icon: Component = () =>
  createElement(
    'svg',
    {
      width: '1em',
      height: '1em',
      viewBox: '0 0 32 32',
      fill: 'none',
      stroke: 'currentColor',
      strokeWidth: 2.5,
    },
    createElement('circle', { cx: 16, cy: 16, r: 12 }),
    createElement('path', { d: 'M8 18c4 5 12 5 16 0' }),
  );

/**
 * The panel as a pane of Inspector v2; *Add to scene* puts a character into the scene that is looked at.
 * @example ShowInspector(scene, { serviceDefinitions: [turnaroundPane({ service: 'http://127.0.0.1:8787' })] });
 */
export function turnaroundPane(options: Omit<PanelOptions, 'addToScene'> = {}): ServiceDefinition {
  return {
    friendlyName: 'Turnaround',
    consumes: [ShellServiceIdentity, SceneContextIdentity],
    factory(shell, context) {
      const addToScene = async (file: File): Promise<void> => {
        if (!context.currentScene) throw new Error('The Inspector looks at no scene.');
        await loadImpostorAsync(file, context.currentScene);
      };
      return shell.addSidePane({
        key: 'Turnaround',
        title: 'Turnaround',
        icon: Icon,
        content: reactPanel({ ...options, addToScene }),
        horizontalLocation: 'right',
        verticalLocation: 'top',
        // The Inspector would announce the pane over the others' content.
        teachingMoment: false,
      });
    },
  };
}
