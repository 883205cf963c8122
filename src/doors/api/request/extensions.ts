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
}

const RECORD_WRITES: readonly Place[] = ['POST collection', 'PATCH record', 'DELETE record'];
const LINK_WRITES: readonly Place[] = ['PATCH relationship', 'POST relationship', 'DELETE relationship'];

// biome-ignore format: one line each.
export const EXTENSIONS = [
  { namespace: 'validate', uri: 'urn:dovetail:jsonapi:validate:1', at: [...RECORD_WRITES, ...LINK_WRITES], says: 'Judges a write and takes it back: the answer is what it would have been' },
] as const satisfies readonly Extension[];

// biome-ignore format: one line each.
export const PROFILES: readonly Profile[] = [
  { uri: 'urn:dovetail:jsonapi:filter:1', at: ['GET collection', 'GET related'], says: 'How `filter` is written: `filter[price][gte]=10`, paths, groups' },
];

export type ExtensionName = (typeof EXTENSIONS)[number]['namespace'];
