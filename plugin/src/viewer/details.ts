import { degrees, type ImpostorExtension } from '../asset/index.ts';
import { element } from './elements.ts';

/** What a file says of its character, as terms and descriptions. */
export function describeCharacter({
  views,
  frame,
  atlasSize,
  calibrated,
  provenance,
}: ImpostorExtension): Node[] {
  const yaws = views.map(({ yaw }) => Math.round(degrees(yaw)));
  const [, , width, height] = views[0]!.rectangle;
  const rows: [string, string][] = [
    ['Seed', `${provenance.seed}`],
    ['Truncation', `ψ = ${provenance.truncation}`],
    ['Views', `${views.length} of ${width}×${height} pixels`],
    [
      'Yaw',
      `${calibrated ? '' : 'about '}${Math.min(...yaws)}° to ${Math.max(...yaws)}°`.replaceAll('-', '−'),
    ],
    ['Atlas', `${atlasSize[0]}×${atlasSize[1]} pixels`],
    ['Size', `${tidy(frame[0])} × ${tidy(frame[1])} m`],
    ['Model', provenance.model],
    ['Source', provenance.source],
    ['Licence', provenance.licence],
    ['Made by', provenance.generator],
  ];
  return rows
    .filter(([, text]) => text !== '')
    .flatMap(([term, text]) => [element('dt', {}, term), element('dd', {}, text)]);
}

const tidy = (metres: number): string => `${Math.round(metres * 1000) / 1000}`;
