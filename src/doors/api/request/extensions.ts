// What is served beyond the base standard, by name. Whoever does not ask for one of these by its URI gets JSON:API 1.1 and nothing else:
// https://jsonapi.org/format/1.1/#extensions-and-profiles

/** Method and kind of target, as `PATCH collection`. */
export type Place =
  `${'GET' | 'POST' | 'PATCH' | 'DELETE'} ${'collection' | 'record' | 'related' | 'relationship' | 'operations'}`;

export interface Extension {
  readonly uri: string;
  /** Before the colon in its members and query parameters; also what the code calls it. */
  readonly namespace: string;
  /** What it allows. */
  readonly says: string;
  readonly at: readonly Place[];
}

export interface Profile {
  readonly uri: string;
  readonly says: string;
  readonly at: readonly Place[];
  /** True: only where ids are those of another system. */
  readonly foreign?: true;
}

const RECORD_WRITES: readonly Place[] = [
  'POST collection',
  'DELETE collection',
  'PATCH record',
  'DELETE record',
];
const LINK_WRITES: readonly Place[] = ['PATCH relationship', 'POST relationship', 'DELETE relationship'];

// biome-ignore format: one line each.
export const EXTENSIONS = [
  { namespace: 'atomic', uri: 'https://jsonapi.org/ext/atomic', at: ['POST operations'], says: '[Atomic Operations](https://jsonapi.org/ext/atomic): many writes in one request, all or nothing' },
  { namespace: 'upsert', uri: 'urn:dovetail:jsonapi:upsert:1', at: ['POST collection'], says: 'Creates the record (201), or updates the one with the same identity (200): by `id`, by the members that `upsert:by=sku` names, else by what identifies records of the type' },
  { namespace: 'delete', uri: 'urn:dovetail:jsonapi:delete:1', at: ['DELETE collection'], says: 'Deletes the records for which `filter` holds, at most 10,000, if they are as many as `delete:count` says; without it the answer says how many they are' },
  { namespace: 'validate', uri: 'urn:dovetail:jsonapi:validate:1', at: [...RECORD_WRITES, ...LINK_WRITES, 'POST operations'], says: 'Judges a write and takes it back: the answer is what it would have been' },
  { namespace: 'batch', uri: 'urn:dovetail:jsonapi:batch:1', at: ['PATCH collection'], says: 'Adds or updates a list of resources, and resources included with them, as a run' },
] as const satisfies readonly Extension[];

// biome-ignore format: one line.
export const AGGREGATE: Profile = { uri: 'urn:dovetail:jsonapi:aggregate:1', at: ['GET collection'], says: 'Counts and sums by groups instead of records, where `aggregateBy` or `aggregateOf` asks for them: `meta.aggregates` has a group each, with `by`, `records` and the sums' };

// biome-ignore format: one line each.
export const PROFILES: readonly Profile[] = [
  { uri: 'urn:dovetail:jsonapi:ids:1', at: ['GET collection', 'GET record', 'GET related', 'GET relationship', ...RECORD_WRITES, ...LINK_WRITES], foreign: true, says: 'Below `/api/dovetail/ids/SYSTEM`: all ids are those by which the system knows the records; `~` and its own id where it knows it by none; `filter[id][exists]`' },
  AGGREGATE,
  { uri: 'urn:dovetail:jsonapi:filter:1', at: ['GET collection', 'GET related'], says: 'How `filter` is written: `filter[price][gte]=10`, paths, groups' },
];

export type ExtensionName = (typeof EXTENSIONS)[number]['namespace'];
