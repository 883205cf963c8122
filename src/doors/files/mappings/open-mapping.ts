// The mapping that a caller names: a file, or else one that was saved in the database.
import { existsSync } from 'node:fs';
import {
  findMapping,
  isMappingName,
  type PlacedMapping,
  readMappingFile,
  readMappings,
  readMappingText,
} from '../../../engine/mapping/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { importError } from '../import/import-errors.js';

export interface MappingWish {
  /** Path of a mapping file. */
  readonly mapping: string;
  /** What the user called it, if that may also be the name of a saved one: `prices`, `prices@2`. */
  readonly mappingName?: string;
  /** The mapping itself: then there is no file, and nothing saved is looked for. */
  readonly text?: string;
}

export interface OpenedMapping extends PlacedMapping {
  /** What messages call it. */
  readonly name: string;
  /** The text it was read from, if it is a saved one. */
  readonly body?: string;
  /** There if it came from the database. */
  readonly version?: number;
}

/** Throws MAPPING-101 to 103, and FILES-109 for a name under which nothing is saved. */
export async function openMapping(db: Queryable, wish: MappingWish): Promise<OpenedMapping> {
  if (wish.text !== undefined) return { ...readMappingText(wish.text), name: 'the mapping', body: wish.text };
  const { name, version } = splitName(wish.mappingName);
  if (name === undefined || existsSync(wish.mapping)) {
    return { ...(await readMappingFile(wish.mapping)), name: wish.mappingName ?? wish.mapping };
  }
  const saved = await findSaved(db, name, version);
  if (saved) return saved;
  const names = (await readMappings(db)).map((mapping) => mapping.name);
  const near = didYouMean(name, names);
  const known = names.length === 0 ? 'None is saved.' : `Saved are ${names.slice(0, 20).join(', ')}.`;
  throw importError(109, {
    detail:
      wish.mapping === ''
        ? `There is no saved mapping ${wish.mappingName}.`
        : `There is neither a file ${wish.mapping} nor a saved mapping ${wish.mappingName}.`,
    hint: near === undefined ? known : `Did you mean ${near}?`,
    ...(wish.mapping === '' ? {} : { pointer: { file: wish.mapping } }),
  });
}

async function findSaved(
  db: Queryable,
  name: string,
  version: number | undefined,
): Promise<OpenedMapping | undefined> {
  const saved = await findMapping(db, name, version);
  if (!saved) return undefined;
  const called = `${name}, version ${saved.version}`;
  return { ...readMappingText(saved.body, called), name, version: saved.version, body: saved.body };
}

/** One that was saved, and is for the entity: whoever is far away names no files of ours. Throws FILES-109. */
export async function openSavedMapping(
  db: Queryable,
  called: string,
  entity: string,
): Promise<OpenedMapping> {
  const { name, version } = splitName(called);
  const saved = name === undefined ? undefined : await findSaved(db, name, version);
  if (saved?.mapping.entity === entity) return saved;
  throw importError(109, {
    detail: `No mapping '${called.slice(0, 60)}' is saved for ${entity}.`,
    hint: 'Save one with `dovetail mapping save`.',
  });
}

/** `prices@2` is version 2 of `prices`; undefined for what can only be a path. */
export function splitName(text: string | undefined): { readonly name?: string; readonly version?: number } {
  const [, name = '', version] = /^([^@]*)(?:@(\d{1,9}))?$/.exec(text ?? '') ?? [];
  if (!isMappingName(name)) return {};
  return { name, ...(version === undefined ? {} : { version: Number(version) }) };
}
