import { AssetError } from './errors.ts';
import { EXTENSION_NAME, FORMAT_VERSION, type ImpostorExtension, type View } from './extension.ts';
import { findMismatch, type JsonSchema } from './json-schema.ts';
import schema from './TURNAROUND_impostor.schema.json' with { type: 'json' };

/** The extension's JSON schema (draft 2020-12): the text of `TURNAROUND_impostor.schema.json`. */
export const EXTENSION_SCHEMA: JsonSchema = schema;

/**
 * Returns `value` as the extension's contents.
 *
 * @param value  parsed JSON, as it stands under `extensions.TURNAROUND_impostor` of a node
 * @throws AssetError with `code` `version` where another version of the layout wrote it, `schema` where a value is
 * missing or of the wrong kind, `layout` where the values do not go together: a view outside the atlas,
 * views out of order, depth without a range or a focal length. The message says where, what was expected and what stood there.
 */
export function validateExtension(value: unknown): ImpostorExtension {
  checkVersion(value);
  const found = findMismatch(value, EXTENSION_SCHEMA);
  if (found) throw mismatch('schema', found.path, found.expected, found.got);
  const extension = value as ImpostorExtension;
  checkRectangles(extension);
  checkOrder(extension.views);
  checkDepth(extension);
  return extension;
}

function mismatch(code: string, path: string, expected: string, got: string): AssetError {
  const place = path === '' ? EXTENSION_NAME : `${EXTENSION_NAME}.${path}`;
  return new AssetError(code, `asset: expected ${place} ${expected}, got ${got}`);
}

/** A newer layout may differ anywhere, so its version is told before anything else. */
function checkVersion(value: unknown): void {
  if (typeof value !== 'object' || value === null || !('formatVersion' in value)) return;
  const { formatVersion } = value;
  if (Number.isInteger(formatVersion) && formatVersion !== FORMAT_VERSION)
    throw mismatch('version', 'formatVersion', `${FORMAT_VERSION}`, `${formatVersion}`);
}

function checkRectangles({ atlasSize, views }: ImpostorExtension): void {
  for (const [index, { rectangle }] of views.entries()) {
    const [x, y, width, height] = rectangle;
    if (width < 1 || height < 1 || x + width > atlasSize[0] || y + height > atlasSize[1]) {
      const path = `views[${index}].rectangle`;
      throw mismatch(
        'layout',
        path,
        `within the atlas of ${atlasSize.join('×')}`,
        `[${rectangle.join(', ')}]`,
      );
    }
  }
}

function checkOrder(views: readonly View[]): void {
  for (let index = 1; index < views.length; index++) {
    const [before, view] = [views[index - 1]!, views[index]!];
    if (view.pitch > before.pitch || (view.pitch === before.pitch && view.yaw > before.yaw)) continue;
    const spell = ({ yaw, pitch }: View): string => `pitch ${pitch}, yaw ${yaw}`;
    throw mismatch('layout', `views[${index}]`, `after ${spell(before)}`, spell(view));
  }
}

function checkDepth({ depth, views }: ImpostorExtension): void {
  if (!depth) return;
  if (!(depth.far > depth.near))
    throw mismatch('layout', 'depth.far', `more than near, ${depth.near}`, `${depth.far}`);
  const without = views.findIndex(({ focal }) => focal === undefined);
  if (without >= 0)
    throw mismatch('layout', `views[${without}].focal`, 'a value where there is depth', 'nothing');
}
