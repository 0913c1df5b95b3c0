import type { Scene } from '@babylonjs/core/scene.js';

/** A React component without properties. */
export type Component = () => object;

/** The Inspector's shell, as far as a pane needs it. */
export interface ShellService {
  addSidePane(pane: {
    readonly key: string;
    readonly title: string;
    readonly icon: Component;
    readonly content: Component;
    readonly horizontalLocation: 'left' | 'right';
    readonly verticalLocation: 'top' | 'bottom';
    readonly teachingMoment?: boolean;
  }): { dispose(): void };
}

/** What the Inspector looks at. */
export interface SceneContext {
  readonly currentScene: Scene | null;
}

/** An entry of `serviceDefinitions` of the Inspector's `ShowInspector`. */
export interface ServiceDefinition {
  readonly friendlyName: string;
  readonly consumes: readonly symbol[];
  factory(shell: ShellService, context: SceneContext): { dispose(): void };
}
