// A column's type with domains seen through, arrays taken apart and modifiers read.
import type { FieldType } from '../catalog.js';
import type { RawColumn, RawType } from '../introspect/raw-schema.js';

export type Types = ReadonlyMap<number, RawType>;

const KINDS = {
  b: 'base',
  e: 'enum',
  c: 'composite',
  r: 'range',
  m: 'multirange',
  p: 'pseudo',
  d: 'base',
} as const;

/** Of a domain: the types from the outermost to the one that is none, and the modifier that ends up applying. */
function throughDomains(types: Types, oid: number, modifier: number) {
  const domains: RawType[] = [];
  let type = readType(types, oid);
  let applied = modifier;
  while (type.kind === 'd' && type.base !== null) {
    domains.push(type);
    if (applied < 0) applied = type.baseModifier;
    type = readType(types, type.base);
  }
  return { domains, type, modifier: applied };
}

export function toFieldType(column: RawColumn, types: Types): FieldType {
  const outer = throughDomains(types, column.type, column.modifier);
  const array = outer.type.element !== null;
  // The modifier of an array is that of its elements.
  const inner = array ? throughDomains(types, outer.type.element as number, outer.modifier) : outer;
  const { type } = inner;
  return {
    sql: column.sql,
    base: type.name,
    kind: KINDS[type.kind],
    array,
    ...toModifiers(type.name, inner.modifier),
    ...(type.kind === 'e' ? { labels: type.labels } : {}),
    ...(outer.domains.length > 0
      ? {
          domain: {
            name: outer.domains[0]!.sql,
            notNull: outer.domains.some((domain) => domain.notNull),
            checks: outer.domains.flatMap((domain) => domain.checks),
          },
        }
      : {}),
    deterministic: column.deterministic && type.name !== 'citext',
    comparable: isComparable(types, type.oid),
  };
}

/** The default that a column without one of its own takes from its domain. */
export function findDomainDefault(column: RawColumn, types: Types): string | undefined {
  const { domains } = throughDomains(types, column.type, column.modifier);
  return domains.find((domain) => domain.default !== null)?.default ?? undefined;
}

/** True if a domain of the column refuses NULL. */
export function refusesNull(column: RawColumn, types: Types): boolean {
  return throughDomains(types, column.type, column.modifier).domains.some((domain) => domain.notNull);
}

// How atttypmod packs them: see numerictypmodin() and anychar_typmodin() of PostgreSQL.
function toModifiers(
  base: string,
  modifier: number,
): { length?: number; precision?: number; scale?: number } {
  if (modifier < 0) return {};
  switch (base) {
    case 'varchar':
    case 'bpchar':
      return { length: modifier - 4 };
    case 'bit':
    case 'varbit':
      return { length: modifier };
    case 'numeric':
      return {
        precision: ((modifier - 4) >> 16) & 0xffff,
        // Eleven bits with sign: a scale may be negative.
        scale: (((modifier - 4) & 0x7ff) ^ 0x400) - 0x400,
      };
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return { precision: modifier };
    case 'interval':
      return (modifier & 0xffff) === 0xffff ? {} : { precision: modifier & 0xffff };
    default:
      return {};
  }
}

function isComparable(types: Types, oid: number, inside: readonly number[] = []): boolean {
  const { type } = throughDomains(types, oid, -1);
  if (type.kind === 'e' || type.kind === 'r' || type.kind === 'm' || type.ordered) return true;
  if (inside.includes(type.oid)) return true;
  const parts = type.element !== null ? [type.element] : type.kind === 'c' ? type.attributes : [];
  return parts.length > 0 && parts.every((part) => isComparable(types, part, [...inside, type.oid]));
}

function readType(types: Types, oid: number): RawType {
  const type = types.get(oid);
  if (type === undefined) throw new Error(`Type ${oid} was not read.`);
  return type;
}
