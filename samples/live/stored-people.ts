import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import type { Scene } from '@babylonjs/core/scene.js';
import { ImpostorCrowd } from '@turnaround/plugin/crowd';
import { loadImpostorAsync } from '@turnaround/plugin/loader';
import { addressOf, fetchCharacters } from '../viewer/library.ts';
import { buildBody, SCALE } from './body.ts';
import { groundAt } from './street-plan.ts';

/** Where people stand whose faces are files: x, z and which way they look (radians), a group that talks. */
const PLACES: readonly (readonly [x: number, z: number, facing: number])[] = [
  [-0.9, 25, 2.7],
  [0.1, 24.4, 3.2],
  [1, 25.2, 3.7],
  [2.9, 21, 3.5],
  [-3, 28, 2.6],
  [-2.6, 29, 2.9],
];

/** Stands people with stored faces at the end of the street. @returns how many there are */
export async function standStoredPeople(scene: Scene): Promise<number> {
  const files = await fetchCharacters();
  const crowd = new ImpostorCrowd(scene);
  for (const [k, [x, z, facing]] of PLACES.entries()) {
    const file = files[k];
    if (!file) break;
    const impostor = await loadImpostorAsync(addressOf(file.path), scene).catch(() => null);
    // A file without depth cannot stand in a crowd.
    if (impostor?.relief) {
      const { neck, head } = buildBody(scene, new Vector3(x, groundAt(x), z), facing, 40 + 67 * k);
      head.dispose();
      const position = neck
        .getAbsolutePosition()
        .subtract(new Vector3(0, SCALE * impostor.anchors.base[1], 0));
      crowd.add(impostor, { position, facing, scale: SCALE });
    }
    impostor?.dispose();
  }
  return crowd.size;
}
