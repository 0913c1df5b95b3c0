import { expect, test } from 'vitest';
import { TOY } from '../plugin/live/toy-model.ts';
import { notes, open, packedInNode, seen, stage } from './live-stage.ts';

/** Tests of a live character that both back ends go through, one of them in `test:slow`. */
export function liveCases(engine: 'webgl2' | 'webgpu'): void {
  test('what is in the textures is what Node packs, to a step of 255', async () => {
    await open(engine);
    await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
    await seen();
    const { views, shown } = await notes();
    expect(views[shown[0]!.index]).toBeCloseTo(0, 6);
    const atlas = (await stage.page.evaluate(() => window.live.cell()))!;
    const { colour, relief } = await packedInNode(3, 0);
    const [gotColour, gotRelief] = [Buffer.from(atlas.colour, 'base64'), Buffer.from(atlas.relief, 'base64')];
    const { side } = TOY;
    let [worst, worstDepth] = [0, 0];
    for (let k = 0; k < side * side; k++) {
      for (let c = 0; c < 4; c++)
        worst = Math.max(worst, Math.abs(gotColour[4 * k + c]! - colour[4 * k + c]!));
      worstDepth = Math.max(worstDepth, Math.abs(gotRelief[atlas.channels * k]! - relief[2 * k]!));
      worst = Math.max(worst, Math.abs(gotRelief[atlas.channels * k + 1]! - relief[2 * k + 1]!));
    }
    expect(worst).toBeLessThanOrEqual(1);
    expect(worstDepth).toBeLessThanOrEqual(1);
    expect(stage.complaints).toEqual([]);
  });

  test('a hidden page makes nothing, and goes on when it is shown', async () => {
    await open(engine);
    await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 4 }));
    await seen();
    await stage.page.evaluate(() => window.live.hide(true));
    const { made } = await notes();
    await stage.page.evaluate(() => window.live.look(40));
    await stage.page.waitForTimeout(700);
    expect(await notes()).toMatchObject({ state: 'paused', made });
    await stage.page.evaluate(() => window.live.hide(false));
    await seen();
    const after = await notes();
    expect(after).toMatchObject({ state: 'running', states: ['paused', 'running'] });
    expect(after.made).toBeGreaterThan(made);
    expect(stage.complaints).toEqual([]);
  });

  test('whoever is disposed of during an inference leaves nothing behind, and says so', async () => {
    await open(engine);
    await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
    await seen();
    const once = await stage.page.evaluate(() => window.live.comeAndGo(2));
    expect(await stage.page.evaluate(() => window.live.comeAndGo(3))).toEqual(once);
    expect(await stage.page.evaluate(() => window.live.leaveEarly())).toBe('disposed');
    expect(await notes()).toMatchObject({ state: 'disposed' });
    expect(stage.complaints).toEqual([]);
  });

  test('characters of one model take turns: never two views at a time', async () => {
    await open(engine);
    await stage.page.evaluate(() => window.live.stand({ seed: 3, views: 2 }));
    const { most, shown } = await stage.page.evaluate(() => window.live.together([5, 6, 7]));
    expect(most).toBe(1);
    expect(shown).toEqual([5, 6, 7]);
    expect(stage.complaints).toEqual([]);
  });
}
