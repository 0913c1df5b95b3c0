/** What a host says to the panel. */
export interface PanelOptions {
  /** Where the service is (`http://127.0.0.1:8787`, where `turnaround serve` listens by itself). */
  readonly service?: string;
  /** Whether the address is the page's own and not for the user to change (false). */
  readonly fixedService?: boolean;
  /** `auto` (the default) is what the browser prefers. */
  readonly theme?: PanelTheme;
  /** Puts a character into the host's scene. */
  readonly addToScene?: (file: File) => Promise<void>;
}

export type PanelTheme = 'auto' | 'light' | 'dark';

export const PANEL_DEFAULTS: { readonly service: string; readonly theme: PanelTheme } = {
  service: 'http://127.0.0.1:8787',
  theme: 'auto',
};
