// A row as the text of a resource object. PostgreSQL made the attributes; nothing is parsed only to be written again.
import type { TreeRow } from '../../../engine/records/read/index.js';
import type { ShownType } from './tree-of-query.js';

type Linked = string | null | readonly string[];

/** `base`: where the API lies, as `/api`. */
export function toResourceText(row: TreeRow, shown: ShownType, base: string): string {
  const { shape } = shown;
  const self = toAddress(base, shape.address, row.id);
  const linked = JSON.parse(row.linkage) as readonly Linked[];
  const relationships = shape.relationships
    .filter((one) => shown.relationships.has(one.name))
    .map(({ name, relation, type }) => {
      const at = shown.linkage.indexOf(relation.name);
      const data = at < 0 ? '' : `"data":${toLinkage(linked[at]!, type)},`;
      return `${JSON.stringify(name)}:{${data}"links":{"self":${JSON.stringify(toAddress(self, 'relationships', name))},"related":${JSON.stringify(toAddress(self, name))}}}`;
    });
  const parts = [
    `"type":${JSON.stringify(shape.type)}`,
    `"id":${JSON.stringify(row.id)}`,
    ...(row.members === '{}' ? [] : [`"attributes":${row.members}`]),
    ...(relationships.length === 0 ? [] : [`"relationships":{${relationships.join(',')}}`]),
    `"links":{"self":${JSON.stringify(self)}}`,
  ];
  return `{${parts.join(',')}}`;
}

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
