// A row as the text of a resource object. PostgreSQL made the attributes; nothing is parsed only to be written again.
import type { TreeRow } from '../../../engine/records/read/index.js';
import type { ShownType } from './tree-of-query.js';

type Linked = string | null | readonly string[];

/** `base`: where the API lies, as `/api`. */
export function toResourceText(row: TreeRow, shown: ShownType, base: string): string {
  const { head, self, relationships } = findTypeText(shown, base);
  const id = encodeURIComponent(row.id);
  const linked = JSON.parse(row.linkage) as readonly Linked[];
  const attributes = row.members === '{}' ? '' : `"attributes":${row.members},`;
  const related = relationships.map(({ open, at, type, toSelf, toRelated, close }) => {
    const data = at < 0 ? '' : `"data":${toLinkage(linked[at]!, type)},`;
    return `${open}${data}${toSelf}${id}${toRelated}${id}${close}`;
  });
  const relations = related.length === 0 ? '' : `"relationships":{${related.join(',')}},`;
  return `${head}${JSON.stringify(row.id)},${attributes}${relations}"links":{"self":"${self}${id}"}}`;
}

/** What all resources of a type have in common, in the pieces between which only a row's own stands: made once, not for each row. */
interface TypeText {
  readonly base: string;
  readonly head: string;
  readonly self: string;
  readonly relationships: readonly RelationshipText[];
}

interface RelationshipText {
  readonly open: string;
  /** Where the row has its linkage; -1 where it has none. */
  readonly at: number;
  readonly type: string;
  readonly toSelf: string;
  readonly toRelated: string;
  readonly close: string;
}

const texts = new WeakMap<ShownType, TypeText>();

function findTypeText(shown: ShownType, base: string): TypeText {
  const known = texts.get(shown);
  if (known?.base === base) return known;
  const made = toTypeText(shown, base);
  texts.set(shown, made);
  return made;
}

function toTypeText({ shape, relationships, linkage }: ShownType, base: string): TypeText {
  const self = inQuotes(`${toAddress(base, shape.address)}/`);
  return {
    base,
    head: `{"type":${JSON.stringify(shape.type)},"id":`,
    self,
    relationships: shape.relationships
      .filter(({ name }) => relationships.has(name))
      .map(({ name, relation, type }) => ({
        open: `${JSON.stringify(name)}:{`,
        at: linkage.indexOf(relation.name),
        type,
        toSelf: `"links":{"self":"${self}`,
        toRelated: `/relationships/${encodeURIComponent(name)}","related":"${self}`,
        close: `/${encodeURIComponent(name)}"}}`,
      })),
  };
}

/** As it stands within the quotes of a JSON text. What `encodeURIComponent` gives needs no such thing. */
const inQuotes = (text: string): string => JSON.stringify(text).slice(1, -1);

export const toIdentifierText = (type: string, id: string): string =>
  `{"type":${JSON.stringify(type)},"id":${JSON.stringify(id)}}`;

function toLinkage(linked: Linked, type: string): string {
  if (linked === null) return 'null';
  if (typeof linked === 'string') return toIdentifierText(type, linked);
  return `[${linked.map((id) => toIdentifierText(type, id)).join(',')}]`;
}

export const toAddress = (base: string, ...segments: readonly string[]): string =>
  [base, ...segments.map(encodeURIComponent)].join('/');

/** An address as it came, with what a URI reference (RFC 3986) doesn't hold written out; each sign is a byte of the request line. */
export const toReference = (address: string): string =>
  address.replace(
    /[^!#$%&'()*+,./:;=?@\w~-]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
