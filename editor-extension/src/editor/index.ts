/// <reference path="../inspector/inspector.d.ts" />
import { createElement } from 'react';
import { reactPanel } from '../react-panel.ts';

/** As much of the Babylon.js Editor as a plugin needs. */
export interface Editor {
  readonly layout: {
    addLayoutTab(
      content: object,
      options: { readonly id: string; readonly title: string; readonly enableClose: boolean },
    ): void;
    removeLayoutTab(id: string): void;
  };
}

const TAB = 'turnaround';

export const title: string = 'Turnaround';
export const description: string =
  'Makes characters whose faces turn with the camera, shows them and exports them.';

/** Called by the Editor when it loads the plugin. */
export function main(editor: Editor): void {
  const content = createElement(reactPanel({}), null);
  editor.layout.addLayoutTab(content, { id: TAB, title, enableClose: true });
}

/** Called by the Editor when the plugin goes. */
export function close(editor: Editor): void {
  editor.layout.removeLayoutTab(TAB);
}
