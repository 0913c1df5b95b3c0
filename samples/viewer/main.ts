import { degrees } from '@turnaround/plugin/asset';
import type { Impostor } from '@turnaround/plugin/impostor';
import {
  byId,
  createEngine,
  Divider,
  describeCharacter,
  type EngineName,
  element,
  fetchCharacter,
  type Shown,
  Stage,
  spellAngle,
  Turning,
  ViewerError,
  ViewStrip,
} from '@turnaround/plugin/viewer';
import { shownAsked } from './address.ts';
import { offerBackdrops, offerEngines, ShownChoice } from './choices.ts';
import { engineAsked } from './engine.ts';
import { addressOf, fetchCharacters, Library, nameOf } from './library.ts';
import { listenForFiles } from './own-files.ts';

const canvas = byId('canvas', HTMLCanvasElement);
const view = byId('view', HTMLDivElement);
const message = byId('message', HTMLDivElement);
const slider = byId('yaw', HTMLInputElement);
const angle = byId('angle', HTMLOutputElement);
const hint = byId('hint', HTMLParagraphElement);
const title = byId('name', HTMLHeadingElement);
const details = byId('details', HTMLDListElement);

let stage: Stage | null = null;
let choice: ShownChoice | null = null;
let shown: Impostor | null = null;
let current: string | null = null;
/** A file of the user's own is shown; the list may change beside it. */
let ownFile = false;

const turning = new Turning(canvas, slider, () => {
  stage?.look(turning.yaw, turning.pitch);
  slider.valueAsNumber = degrees(turning.yaw);
  angle.value = shown ? spellAngle(turning.yaw, shown.extension.calibrated) : '';
});
canvas.addEventListener('pointerdown', () => {
  hint.hidden = true;
});

const strip = new ViewStrip(byId('strip', HTMLDivElement), byId('mixed', HTMLUListElement), slider);

const library = new Library(byId('characters', HTMLDivElement), (path) => {
  ownFile = false;
  const hash = `#${encodeURIComponent(path)}`;
  if (location.hash === hash) refresh();
  else location.hash = hash;
});

function tell(headline: string, ...advice: (Node | string)[]): void {
  message.replaceChildren(element('h2', {}, headline), element('p', {}, ...advice));
  message.hidden = false;
  hint.hidden = true;
  canvas.classList.add('idle');
  slider.disabled = true;
  angle.value = '';
  strip.start(null, null);
  choice?.offer(null);
}

function tellOf(error: unknown, headline: string): void {
  if (error instanceof ViewerError) tell(error.headline, error.message);
  else tell(headline, error instanceof Error ? error.message : String(error));
}

async function show(source: string | File, name: string): Promise<void> {
  if (!stage) return;
  const file = typeof source === 'string' ? fetchCharacter(source) : Promise.resolve(source);
  try {
    const impostor = await stage.load(file);
    if (!impostor) return;
    shown = impostor;
  } catch (error) {
    stage.clear();
    shown = null;
    title.textContent = name;
    details.replaceChildren();
    return tellOf(error, `${name} cannot be shown`);
  }
  const yaws = shown.extension.views.map(({ yaw }) => yaw);
  const limits = { minimum: Math.min(...yaws), maximum: Math.max(...yaws) };
  [slider.min, slider.max] = [`${degrees(limits.minimum)}`, `${degrees(limits.maximum)}`];
  slider.disabled = yaws.length < 2;
  message.hidden = true;
  canvas.classList.remove('idle');
  title.textContent = name;
  details.replaceChildren(...describeCharacter(shown.extension));
  strip.start(shown.extension, await file);
  choice?.offer(shown);
  turning.start(limits);
}

/** Shows what the address names, else the first of the list. */
async function showAddressed(): Promise<void> {
  const files = await fetchCharacters();
  library.show(files);
  if (ownFile) return;
  const asked = decodeURIComponent(location.hash.slice(1));
  const path = asked || files[0]?.path;
  if (!path || files.length === 0) {
    const command = element('code', {}, 'npm run demo');
    return tell('No characters yet', 'Run ', command, ' to make four, or drop a .glb file onto this page.');
  }
  library.mark(path);
  if (path === current) return;
  current = path;
  if (files.some((file) => file.path === path))
    return await show(addressOf(path), path.replace(/\.glb$/, ''));
  stage?.clear();
  tell(
    'No such character',
    element('code', {}, `out/${path}`),
    ' is not there. Choose one from the list below.',
  );
}

function refresh(): void {
  showAddressed().catch((error: unknown) => tellOf(error, 'The list of characters cannot be read'));
}

function takeFile(file: File): void {
  current = null;
  ownFile = true;
  library.mark(null);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  show(file, nameOf(file.name)).catch((error: unknown) => tellOf(error, `${file.name} cannot be shown`));
}

/** What the user chooses to see of the stage's character. */
function offerShown(on: Stage, first: Shown): void {
  new Divider(byId('divider', HTMLDivElement), (share) => on.divide(share));
  choice = new ShownChoice(view, first, (what) => on.show(what));
}

async function begin(): Promise<void> {
  offerBackdrops(view);
  listenForFiles(takeFile);
  let name: EngineName | null = null;
  try {
    name = engineAsked(location.search);
    const first = shownAsked(location.search);
    stage = new Stage(await createEngine(name, canvas), (state) => strip.show(state));
    offerShown(stage, first);
  } catch (error) {
    tellOf(error, 'The picture cannot be drawn');
  }
  offerEngines(name);
  if (!stage) {
    fetchCharacters().then(
      (files) => library.show(files),
      () => {},
    );
    return;
  }
  hint.hidden = false;
  addEventListener('hashchange', () => {
    ownFile = false;
    refresh();
  });
  // What a generator writes meanwhile appears when the user comes back.
  addEventListener('focus', refresh);
  refresh();
}

await begin();
