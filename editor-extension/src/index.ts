/** The Turnaround panel, for any page: choose or make a character, turn it, see what the shader sees, export it. */
export { type MountedPanel, mountPanel } from './panel/mount.ts';
export type { PanelOptions, PanelTheme } from './panel/options.ts';
