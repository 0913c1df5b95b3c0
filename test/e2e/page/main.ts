import * as stage from './stage.ts';

declare global {
  interface Window {
    stage: typeof stage;
  }
}

window.stage = stage;
