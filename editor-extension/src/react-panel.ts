/// <reference path="./inspector/inspector.d.ts" />
import { createElement, useEffect, useRef } from 'react';
import { mountPanel } from './panel/mount.ts';
import type { PanelOptions } from './panel/options.ts';

/** The panel as a React component, for hosts whose panes are such. Its theme is that of where it stands. */
export function reactPanel(options: PanelOptions): () => object {
  return function TurnaroundPanel() {
    const place = useRef<HTMLElement>(null);
    useEffect(() => {
      const host = place.current;
      if (!host) return undefined;
      const panel = mountPanel(host, { theme: themeOf(host), ...options });
      return () => panel.dispose();
    }, []);
    const style = { height: '100%', overflow: 'auto' };
    return createElement('div', { ref: place, style });
  };
}

/** Whether what stands behind an element is light or dark; `auto` where nothing says. */
function themeOf(element: HTMLElement): 'auto' | 'light' | 'dark' {
  for (let at: HTMLElement | null = element; at; at = at.parentElement) {
    const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(getComputedStyle(at).backgroundColor);
    if (!found || found[4] === '0') continue;
    const [red, green, blue] = found.slice(1, 4).map(Number) as [number, number, number];
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128 ? 'dark' : 'light';
  }
  return 'auto';
}
