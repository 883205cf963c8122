// How the columns of a source fit one entity, or which entities they fit best.
import type { Catalog, Entity, Field } from '../../../engine/catalog/index.js';
import { type ColumnMatches, matchColumns, matchParts } from '../../../engine/mapping/index.js';

export interface EntityMatch {
  readonly entity: string;
  /** Every column, in the order of the source. */
  readonly columns: readonly {
    readonly column: string;
    /** Absent: it would be left out. */
    readonly field?: string;
    /** 0 to 1, of what is matched. */
    readonly confidence?: number;
    readonly reason: string;
  }[];
  /** The fields by which records would be matched; empty: none that the columns cover. */
  readonly identity: readonly string[];
  /** Fields that a new record needs and no column fills. */
  readonly missing: readonly string[];
  /** Other fields that no column fills. */
  readonly unfilled: readonly string[];
}

export interface EntityFit {
  readonly entity: string;
  readonly matched: number;
  readonly columns: number;
  /** True if the columns say which record is which. */
  readonly identified: boolean;
  /** 0 to 1. */
  readonly score: number;
}

export function matchEntity(catalog: Catalog, entity: Entity, header: readonly string[]): EntityMatch {
  const matches = matchColumns(catalog, entity, header);
  const filled = filledFields(entity, matches);
  // Only a mapping takes them; whoever looks at the file should know.
  const inParts = new Map(
    matchParts(catalog, entity, header, matches).flatMap((part) =>
      part.fields.flatMap(({ columns, reason }) => columns.map((index) => [index, reason] as const)),
    ),
  );
  const open = entity.fields.filter((field) => !filled.has(field.name) && !field.readOnly);
  const columns = header.map((column, index) => {
    const match = matches.matched.find((each) => each.index === index);
    if (match) {
      return { column, field: match.field, confidence: match.confidence, reason: match.reason };
    }
    const left = matches.ignored.find((each) => each.index === index);
    if (left) return { column, reason: left.reason };
    const part = inParts.get(index);
    if (part !== undefined) return { column, reason: `maybe ${part}; \`dovetail mapping suggest\` takes it` };
    const unmatched = matches.unmatched.find((each) => each.index === index);
    return { column, reason: unmatched?.hint ?? 'no field fits' };
  });
  return {
    entity: entity.name,
    columns,
    identity: matches.identity,
    missing: open.filter(isNeeded).map((field) => field.name),
    unfilled: open.filter((field) => !isNeeded(field)).map((field) => field.name),
  };
}

const LEAST_SCORE = 0.25;
const MOST_FITS = 3;

/** The entities that the columns fit best, best first; none where hardly a column fits. */
export function fitEntities(catalog: Catalog, header: readonly string[]): readonly EntityFit[] {
  const fits = [...catalog.entities.values()]
    .filter((entity) => entity.writable)
    .map((entity) => fitEntity(catalog, entity, header))
    .filter(({ score }) => score >= LEAST_SCORE);
  return fits.sort((a, b) => b.score - a.score || a.entity.localeCompare(b.entity)).slice(0, MOST_FITS);
}

function fitEntity(catalog: Catalog, entity: Entity, header: readonly string[]): EntityFit {
  const matches = matchColumns(catalog, entity, header);
  // A field of the entity itself tells more than one that is only reached through a relation.
  const own = matches.matched.reduce(
    (sum, { confidence, path }) => sum + confidence / (path.length === 1 ? 1 : 1.5),
    0,
  );
  const needed = entity.fields.filter((field) => isNeeded(field) && !field.readOnly);
  const filled = filledFields(entity, matches);
  const met = needed.filter((field) => filled.has(field.name)).length;
  const identified = matches.identity.length > 0;
  const covered = header.length === 0 ? 0 : own / header.length;
  const complete = needed.length === 0 ? 1 : met / needed.length;
  const score = covered * 0.6 + (covered > 0 ? complete * 0.25 + (identified ? 0.15 : 0) : 0);
  return {
    entity: entity.name,
    matched: matches.matched.length,
    columns: header.length,
    identified,
    score: Math.round(score * 100) / 100,
  };
}

/** Fields that the matched columns set, those of foreign keys by way of their relation. */
function filledFields(entity: Entity, matches: ColumnMatches): ReadonlySet<string> {
  return new Set(
    matches.matched.flatMap(({ path }) => {
      const [head, ...rest] = path as [string, ...string[]];
      if (rest.length === 0) return [head];
      const relation = entity.relations.find((each) => each.kind === 'one' && each.name === head);
      return relation?.kind === 'one' ? relation.fields : [];
    }),
  );
}

const isNeeded = (field: Field): boolean =>
  !field.nullable && field.default === undefined && field.generated === undefined;
