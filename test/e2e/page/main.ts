import * as drawing from './drawing.ts';
import * as insides from './insides.ts';
import * as live from './live.ts';
import * as liveBench from './live-bench.ts';
import * as shadows from './shadows.ts';
import * as stage from './stage.ts';
import * as surroundings from './surroundings.ts';

declare global {
  interface Window {
    stage: typeof stage;
    drawing: typeof drawing;
    insides: typeof insides;
    live: typeof live;
    liveBench: typeof liveBench;
    surroundings: typeof surroundings;
    shadows: typeof shadows;
  }
}

window.stage = stage;
window.drawing = drawing;
window.insides = insides;
window.live = live;
window.liveBench = liveBench;
window.surroundings = surroundings;
window.shadows = shadows;
