// From a symbol to the stored record: found by what its fixture says of it (its identity, else a unique key, else all of
// its values), so that keys made by the database need not be known, and a fixture applied long ago still names its records.
import { type Catalog, type Entity, type Field, findEntity } from '../../../engine/catalog/index.js';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { type BoundValue, RecordBinder } from '../fixtures/bind-record.js';
import type { FixtureRecord, Place, Reference } from '../fixtures/document.js';
import { loadError } from '../load-errors.js';
import type { SymbolIndex, SymbolRecord } from './symbol-index.js';

/** A reference and the place it stands at. */
export interface PlacedReference extends Place {
  readonly reference: Reference;
  readonly file: string;
}

/** Values of the record's key fields, as text. */
type RecordKey = ReadonlyMap<string, string | null>;

const MOST_AT_ONCE = 5_000;

/** Keys found are kept: for as long as the transactions they were found in are not rolled back. */
export class RecordKeys {
  readonly #index: SymbolIndex;
  readonly #known = new Map<string, RecordKey>();
  /** Records without a symbol that a reference was made for, and that reference. */
  readonly #unnamed = new Map<FixtureRecord, Reference>();
  readonly #sources = new Map<string, SymbolRecord>();

  constructor(index: SymbolIndex) {
    this.#index = index;
  }

  /** What the reference stands for. Only after `resolve`. */
  valueOf(reference: Reference, field: string): string | null {
    return this.#known.get(nameOf(reference))?.get(field) ?? null;
  }

  /** A reference to a record that may have no symbol of its own. */
  toReference(entity: string, record: FixtureRecord, file: string): Reference {
    if (record.symbol !== undefined) return { entity, symbol: record.symbol };
    const known = this.#unnamed.get(record);
    if (known !== undefined) return known;
    // With a blank, which no written symbol has.
    const reference = { entity, symbol: `record ${this.#unnamed.size + 1}` };
    this.#unnamed.set(record, reference);
    this.#sources.set(nameOf(reference), { record, file });
    return reference;
  }

  /** After a rollback. */
  forget(): void {
    this.#known.clear();
  }

  /** Finds the records of the references. Throws LOAD-204 and 207 with the place of the reference. */
  async resolve(
    db: Queryable,
    catalog: Catalog,
    references: Iterable<PlacedReference>,
    depth = 0,
  ): Promise<void> {
    const open = new Map<string, PlacedReference>();
    for (const placed of references) {
      const name = nameOf(placed.reference);
      if (!this.#known.has(name)) open.set(name, placed);
    }
    if (open.size === 0) return;
    const sought = [...open.values()].map((placed) => this.#describe(catalog, placed));
    // A record that is known by the records it belongs to: those first.
    if (depth > 20) throw notFound(sought[0]!, 'the records it is known by refer to each other in a circle');
    const parents = sought.flatMap(({ values, source }) =>
      values.flatMap((value) => (value.kind === 'reference' ? [{ ...value, file: source.file }] : [])),
    );
    await this.resolve(db, catalog, parents, depth + 1);
    for (const group of groupBySignature(sought)) {
      for (let from = 0; from < group.length; from += MOST_AT_ONCE) {
        await this.#lookUp(db, group.slice(from, from + MOST_AT_ONCE));
      }
    }
  }

  #describe(catalog: Catalog, placed: PlacedReference): Sought {
    const source = this.#sources.get(nameOf(placed.reference)) ?? this.#index.read(placed.reference, placed);
    const entity = findEntity(catalog, placed.reference.entity);
    const bound = new RecordBinder(catalog, entity, source.file).bind(source.record);
    const values = chooseKey(entity, bound);
    if (values.length === 0)
      throw notFound(
        { entity, placed, source, values },
        'its fixture gives it no field by which it could be found',
      );
    return { entity, placed, source, values };
  }

  async #lookUp(db: Queryable, group: readonly Sought[]): Promise<void> {
    const { entity, values } = group[0]!;
    const fields = keyFields(entity);
    const found = await db.query<{ n: string } & Record<string, string | null>>(
      lookUpSql(entity, values, fields),
      [
        group.map((_, n) => n),
        ...values.flatMap((value, i) =>
          isNull(value) ? [] : [group.map((sought) => this.#textOf(sought.values[i]!))],
        ),
      ],
    );
    const rows = new Map<number, Record<string, string | null>>();
    for (const row of found.rows) {
      const n = Number(row.n);
      if (rows.has(n)) throw notFound(group[n]!, 'several stored records have these values');
      rows.set(n, row);
    }
    for (const [n, sought] of group.entries()) {
      const row = rows.get(n);
      if (row === undefined) throw notFound(sought, 'the database has no such record');
      this.#known.set(
        nameOf(sought.placed.reference),
        new Map(fields.map((field, i) => [field.name, row[`k${i}`] ?? null])),
      );
    }
  }

  #textOf(value: BoundValue): string | null {
    return value.kind === 'cell' ? value.text : this.valueOf(value.reference, value.targetField);
  }
}

interface Sought {
  readonly entity: Entity;
  readonly placed: PlacedReference;
  readonly source: SymbolRecord;
  readonly values: readonly BoundValue[];
}

const nameOf = ({ entity, symbol }: Reference): string => `${entity}.${symbol}`;

const isNull = (value: BoundValue): boolean => value.kind === 'cell' && value.cell === Cell.null;

/** The values that tell the record: of its identity or of another unique key, else all that can be compared. */
function chooseKey(entity: Entity, bound: readonly BoundValue[]): readonly BoundValue[] {
  const own = new Map(bound.filter(({ path }) => path.length === 1).map((value) => [value.path[0]!, value]));
  for (const key of [entity.identity, ...entity.uniqueKeys.map(({ fields }) => fields)]) {
    const values = key.flatMap((name) => own.get(name) ?? []);
    if (key.length > 0 && values.length === key.length && !values.every(isNull)) return values;
  }
  return [...own.values()].filter(({ path, kind }) => {
    const field = entity.fields.find(({ name }) => name === path[0]);
    // A reference that closes a circle may not be stored yet.
    if (kind === 'reference' && field?.nullable === true) return false;
    return field?.type.comparable === true && !field.type.array && !/^json/.test(field.type.base);
  });
}

/** What other records may refer to it by. */
function keyFields(entity: Entity): readonly Field[] {
  const names = new Set([...(entity.primaryKey ?? []), ...entity.uniqueKeys.flatMap(({ fields }) => fields)]);
  return entity.fields.filter(({ name }) => names.has(name));
}

function groupBySignature(sought: readonly Sought[]): Iterable<readonly Sought[]> {
  const groups = new Map<string, Sought[]>();
  for (const one of sought) {
    const shape = one.values.map((value) => [value.path[0], isNull(value)]);
    const signature = JSON.stringify([one.entity.name, shape]);
    groups.set(signature, [...(groups.get(signature) ?? []), one]);
  }
  return groups.values();
}

/** Parameters: $1 numbers of the records, then the values of each field that is not null. */
function lookUpSql(entity: Entity, values: readonly BoundValue[], fields: readonly Field[]): string {
  const given = values.filter((value) => !isNull(value));
  const conditions = values.map((value) => {
    const field = entity.fields.find(({ name }) => name === value.path[0])!;
    const column = `t.${ident(field.name)}`;
    return isNull(value) ? `${column} is null` : `${column} = s.v${given.indexOf(value)}::${field.type.sql}`;
  });
  const arrays = ['$1::int[]', ...given.map((_, i) => `$${i + 2}::text[]`)];
  return `select s.n${fields.map((field, i) => `, t.${ident(field.name)}::text as k${i}`).join('')}
    from unnest(${arrays.join(', ')}) as s (n${given.map((_, i) => `, v${i}`).join('')})
    join ${entity.inheritedBy ? 'only ' : ''}${ident(entity.schema, entity.table)} t on ${conditions.join(' and ')}`;
}

function notFound({ entity, placed, source, values }: Sought, why: string): Error {
  const { file, line, column, reference } = placed;
  const known = values.map(
    (value) =>
      `${value.path[0]} ${value.kind === 'cell' ? value.text || 'null' : `@${nameOf(value.reference)}`}`,
  );
  return loadError(207, {
    detail: `Line ${line}, column ${column}: the ${entity.name} @${nameOf(reference)} (${source.file}, line ${source.record.line}${known.length > 0 ? `: ${known.join(', ').slice(0, 120)}` : ''}) was not found: ${why}.`,
    hint: `Was it changed or removed since? \`dovetail load forget ${source.file}\` lets its file be applied again.`,
    pointer: { file, line, column: String(column), entity: entity.name },
  });
}
