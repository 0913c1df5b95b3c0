import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { patient, visitPanel } from './panel-page.ts';

/** The plugin of the Babylon.js Editor in a stub of it: the file that the Editor loads, tabs, and as much of React as it uses. */

const plugin = readFileSync(
  createRequire(import.meta.url).resolve('@turnaround/editor-extension/editor'),
  'utf8',
);

test('the Editor plugin opens a tab with the panel, finds its service, and closes it again', async () => {
  const { page, service, complaints } = await visitPanel({ path: '/readyz' });
  const named = await page.evaluate((source) => {
    type Content = { type: (props: object) => Content; props: { ref?: { current: unknown } } };
    const tabs = new Map<string, { place: HTMLElement; end: () => void }>();
    let effect: () => () => void = () => () => {};
    const react = {
      createElement: (type: unknown, props: object | null) => ({ type, props: props ?? {} }),
      useRef: () => ({ current: null }),
      useEffect: (run: typeof effect) => {
        effect = run;
      },
    };
    const layout = {
      addLayoutTab(content: Content, { id }: { id: string }) {
        const place = document.createElement('div');
        document.body.replaceChildren(place);
        content.type(content.props).props.ref!.current = place;
        tabs.set(id, { place, end: effect() });
      },
      removeLayoutTab(id: string) {
        tabs.get(id)?.end();
        tabs.delete(id);
      },
    };
    const module = { exports: {} as Record<string, unknown> };
    new Function('module', 'exports', 'require', source)(module, module.exports, (name: string) => {
      if (name === 'react') return react;
      throw new Error(`the Editor has no ${name}`);
    });
    const { title, description, main, close } = module.exports as {
      title: string;
      description: string;
      main: (editor: object) => void;
      close: (editor: object) => void;
    };
    main({ layout });
    Object.assign(globalThis, { closePlugin: () => close({ layout }), openTabs: () => tabs.size });
    return { title, description };
  }, plugin);
  expect(named).toEqual({ title: 'Turnaround', description: expect.stringContaining('characters') });
  // Nothing listens where services do by themselves.
  await page.getByRole('textbox', { name: 'Address' }).fill(service.url);
  await page.getByRole('button', { name: 'Connect' }).click();
  const views = page.getByRole('list', { name: 'Stored views', exact: true }).getByRole('button');
  await patient(() => views.count()).toBe(13);
  await page.evaluate('closePlugin()');
  expect(await page.evaluate('[openTabs(), document.querySelectorAll(".turnaround-panel").length]')).toEqual([
    0, 0,
  ]);
  // Where the panel looks first nothing listens; the document that stands in for the Editor has no icon.
  expect(complaints.filter((text) => !/ERR_CONNECTION_REFUSED|404/.test(text))).toEqual([]);
  await page.context().close();
  await service.stop();
});
