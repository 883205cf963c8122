// What the configuration says of a file in a field, with nothing left open, held against the field that is to name the file.
import type { FieldType } from '../catalog.js';
import { catalogError } from '../catalog-errors.js';
import type { FileOverride, FileRule, FileType } from './file-override.js';

const IMAGES: readonly FileType[] = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'];

/** `ab/`, 62 digits and an ending of up to five characters. */
const PATH_LENGTH = 3 + 62 + 5;

/** Throws CATALOG-203 where the field can't hold what would be put into it. */
export function toFileRule(
  override: FileOverride,
  type: FieldType,
  place: { readonly entity: string; readonly field: string },
): FileRule {
  const base = override.address === undefined ? '' : override.address.replace(/\/*$/, '/');
  const where = `entities.${place.entity}.fields.${place.field}.file`;
  if (type.array || !['text', 'varchar', 'citext'].includes(type.base)) {
    throw catalogError(203, { detail: `${where}: the field is ${type.sql}; only a text can name a file.` });
  }
  const needed = base.length + PATH_LENGTH;
  if (type.length !== undefined && type.length < needed) {
    throw catalogError(203, {
      detail: `${where}: the field takes ${type.length} characters; the name of a file has ${needed}.`,
    });
  }
  return {
    storage: override.storage,
    types: override.types ?? IMAGES,
    maxBytes: override.maxBytes ?? 20_000_000,
    maxPixels: override.maxPixels ?? 100_000_000,
    address: base,
    ...(override.from === undefined ? {} : { from: override.from }),
    refetch: override.refetch ?? 'changed',
  };
}
