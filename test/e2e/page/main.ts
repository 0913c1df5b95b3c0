import * as stage from './stage.ts';
import * as surroundings from './surroundings.ts';

declare global {
  interface Window {
    stage: typeof stage;
    surroundings: typeof surroundings;
  }
}

window.stage = stage;
window.surroundings = surroundings;
