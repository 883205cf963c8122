// Whether a file is one that its field takes: by size, type and pixels, as its content shows them.
import type { FileRule, FileType } from '../../../engine/catalog/index.js';
import { importError } from '../import/import-errors.js';
import { ENDINGS, findContentType, HEAD_BYTES } from './content-type.js';
import { findImageSize, hasPixels } from './image-size.js';
import { type SpooledContent, tooLarge } from './spooled-content.js';

/** What is known of a file once it was looked at. */
export interface FileFacts {
  /** In the storage. */
  readonly path: string;
  readonly type: FileType;
  /** Bytes. */
  readonly size: number;
  /** Width times height; absent where there are none to count. */
  readonly pixels?: number;
}

/** Throws FILES-143 for content that nobody knows, 144 for an image whose header is damaged. */
export async function readFacts({ read, size, sha256 }: SpooledContent, rule: FileRule): Promise<FileFacts> {
  const type = findContentType(await read(0, HEAD_BYTES));
  if (type === undefined)
    throw otherType(size === 0 ? 'The file is empty' : 'The content is of no known type', rule);
  const path = `${sha256.slice(0, 2)}/${sha256.slice(2)}.${ENDINGS[type]}`;
  // What is not wanted need not be sound.
  if (!hasPixels(type) || !rule.types.includes(type)) return { path, type, size };
  const found = await findImageSize(type, read);
  if (found) return { path, type, size, pixels: found.width * found.height };
  throw importError(144, {
    detail: `The content begins like ${type}, but does not say how large the image is.`,
    hint: 'It is damaged or cut off: get it again, or open it in its program and save it anew.',
  });
}

/** Throws FILES-142, 143 or 144 if the rule does not take such a file. */
export function checkFacts({ type, size, pixels }: Omit<FileFacts, 'path'>, rule: FileRule): void {
  if (!rule.types.includes(type)) throw otherType(`The content is ${type}`, rule);
  if (size > rule.maxBytes) throw tooLarge(rule.maxBytes);
  if (pixels === undefined || pixels <= rule.maxPixels) return;
  throw importError(144, {
    detail: `The image has ${pixels} pixels, more than ${rule.maxPixels}.`,
    hint: 'Make it smaller, or raise maxPixels of the field in the configuration.',
  });
}

export const otherType = (says: string, { types }: FileRule) =>
  importError(143, {
    detail: `${says}; the field takes ${types.join(', ')}.`,
    hint: types.includes('image/svg+xml')
      ? 'What counts is the content, not the name of the file.'
      : 'What counts is the content, not the name of the file. SVG can hold scripts, and is taken only where the field names it.',
  });
