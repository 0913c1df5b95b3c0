/** The asset contract, for whoever writes or reads characters: Node, browser, any engine. */
export * from './camera.ts';
export * from './depth.ts';
export * from './errors.ts';
export * from './extension.ts';
export * from './live-manifest.ts';
export { mendRim, someNear, spreadKnown } from './mend-rim.ts';
export * from './random.ts';
export * from './validate.ts';
export * from './view-grid.ts';
