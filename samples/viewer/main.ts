import { degrees } from '@turnaround/plugin/asset';
import type { Impostor } from '@turnaround/plugin/impostor';
import { describeCharacter } from './details.ts';
import { byId, element } from './elements.ts';
import { createEngine, type EngineName, engineAsked, ViewerError } from './engine.ts';
import { addressOf, fetchCharacters, Library, nameOf } from './library.ts';
import { Stage } from './stage.ts';
import { spellAngle, Turning } from './turning.ts';

const canvas = byId('canvas', HTMLCanvasElement);
const view = byId('view', HTMLDivElement);
const message = byId('message', HTMLDivElement);
const slider = byId('yaw', HTMLInputElement);
const angle = byId('angle', HTMLOutputElement);
const hint = byId('hint', HTMLParagraphElement);
const title = byId('name', HTMLHeadingElement);
const details = byId('details', HTMLDListElement);

let stage: Stage | null = null;
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
}

function tellOf(error: unknown, headline: string): void {
  if (error instanceof ViewerError) tell(error.headline, error.message);
  else tell(headline, error instanceof Error ? error.message : String(error));
}

async function show(source: string | File, name: string): Promise<void> {
  if (!stage) return;
  try {
    const impostor = await stage.show(source);
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

function takeFile(file: File | undefined): void {
  if (!file) return;
  current = null;
  ownFile = true;
  library.mark(null);
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  show(file, nameOf(file.name)).catch((error: unknown) => tellOf(error, `${file.name} cannot be shown`));
}

function listenForFiles(): void {
  const input = byId('file', HTMLInputElement);
  input.addEventListener('change', () => {
    takeFile(input.files?.[0]);
    input.value = '';
  });
  const drop = byId('drop', HTMLDivElement);
  addEventListener('dragover', (event) => {
    event.preventDefault();
    drop.hidden = false;
  });
  addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) drop.hidden = true;
  });
  addEventListener('drop', (event) => {
    event.preventDefault();
    drop.hidden = true;
    takeFile(event.dataTransfer?.files[0]);
  });
}

function offerBackdrops(): void {
  const colours = {
    paper: 'linear-gradient(var(--stage-top), var(--stage-bottom))',
    white: '#fff',
    black: '#000',
    red: '#f00',
  };
  for (const [name, colour] of Object.entries(colours)) {
    const input = element('input', {});
    Object.assign(input, { type: 'radio', name: 'backdrop', value: name, checked: name === 'paper' });
    input.addEventListener('change', () => {
      view.dataset.backdrop = name;
    });
    const label = element('label', { title: `Backdrop: ${name}` }, input);
    input.ariaLabel = name;
    label.style.background = colour;
    byId('backdrops', HTMLFieldSetElement).append(label);
  }
}

function offerEngines(used: EngineName | null): void {
  const names: [EngineName, string][] = [
    ['webgl2', 'WebGL2'],
    ['webgpu', 'WebGPU'],
  ];
  for (const [name, label] of names) {
    const link = element('a', {}, label);
    link.href = `?engine=${name}`;
    link.addEventListener('click', () => {
      link.hash = location.hash;
    });
    if (name === used) link.ariaCurrent = 'true';
    byId('engines', HTMLElement).append(link);
  }
}

async function begin(): Promise<void> {
  offerBackdrops();
  listenForFiles();
  let name: EngineName | null = null;
  try {
    name = engineAsked(location.search);
    stage = new Stage(await createEngine(name, canvas));
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
