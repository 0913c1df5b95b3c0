import { PANEL_DEFAULTS, type PanelOptions, type PanelTheme } from './options.ts';
import css from './panel.css?inline';
import { Panel } from './panel.ts';

/** A panel in a host's element. */
export interface MountedPanel {
  setTheme(theme: PanelTheme): void;
  /** Frees all and empties the element. */
  dispose(): void;
}

/**
 * Puts the panel into an element of a page. It lives in a shadow tree: the page's styles do not reach it, nor its own the page.
 */
export function mountPanel(host: HTMLElement, options: PanelOptions = {}): MountedPanel {
  const own = document.createElement('div');
  own.className = 'turnaround-panel';
  const root = own.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const panel = new Panel(options);
  root.append(panel.root);
  host.append(own);
  const setTheme = (theme: PanelTheme): void => {
    own.style.colorScheme = theme === 'auto' ? 'light dark' : theme;
  };
  setTheme(options.theme ?? PANEL_DEFAULTS.theme);
  void panel.start();
  return {
    setTheme,
    dispose() {
      panel.dispose();
      own.remove();
    },
  };
}
