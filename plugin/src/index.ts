export * from './asset/index.ts';
export * from './crowd/index.ts';
export * from './impostor/index.ts';
export * from './loader/index.ts';
