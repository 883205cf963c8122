// What only PostgreSQL can make of values: asked once for all records of an entity in a page, by the same expressions the API reads with.
import type { Change } from '../../../engine/changes/change.js';
import { createAliases, createScope, treeRowParts } from '../../../engine/records/read/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { EntityView } from './entity-view.js';
import type { JudgedChange } from './judge-change.js';
import type { RecordParts } from './record-document.js';

/**
 * Parts by change. A value that was not told (it is stored apart and did not change) is that of the stored record. A change is missing
 * whose values can't be read any more, as after its column got another type.
 */
export async function readParts(
  db: Queryable,
  view: EntityView,
  judged: readonly JudgedChange[],
): Promise<ReadonlyMap<Change, RecordParts>> {
  if (judged.length === 0) return new Map();
  try {
    const { rows } = await db.query<{ i: number; members: string; linkage: string }>(toSql(view, judged), [
      judged.map((_, i) => i),
      ...toColumns(view, judged),
    ]);
    return new Map(
      rows.map(({ i, members, linkage }) => [
        judged[i]!.change,
        { members, linked: JSON.parse(linkage) as (string | null)[] },
      ]),
    );
  } catch (error) {
    // 22: a text that is none of its type; 42: a column or a type that is gone.
    if (!/^(22|42)/.test(String((error as { code?: unknown }).code))) throw error;
    if (judged.length === 1) return new Map();
    const half = Math.ceil(judged.length / 2);
    const parts = [
      await readParts(db, view, judged.slice(0, half)),
      await readParts(db, view, judged.slice(half)),
    ];
    return new Map(parts.flatMap((part) => [...part]));
  }
}

/** For each column its texts, and where they are missing. */
function toColumns({ columns }: EntityView, judged: readonly JudgedChange[]): readonly unknown[] {
  return columns.flatMap((column) => [
    judged.map(({ values }) => values!.get(column) ?? null),
    judged.map(({ values }) => !values!.has(column)),
  ]);
}

function toSql(view: EntityView, judged: readonly JudgedChange[]): string {
  const { catalog, entity, columns, key } = view;
  const typeOf = new Map(entity.fields.map(({ name, type }) => [name, type.sql]));
  const given = columns.map((_, i) => `v${i}, m${i}`).join(', ');
  const parameters = columns.map((_, i) => `$${i * 2 + 2}::text[], $${i * 2 + 3}::bool[]`).join(', ');
  const missing = columns.filter((column) => judged.some(({ values }) => !values!.has(column)));
  const values = columns.map((column, i) => {
    const told = `g.v${i}::${typeOf.get(column)}`;
    return `${missing.includes(column) ? `case when g.m${i} then s.${ident(column)} else ${told} end` : told} as ${ident(column)}`;
  });
  const same = key.map(({ name, type }) => `s.${ident(name)} = g.v${columns.indexOf(name)}::${type.sql}`);
  const stored =
    missing.length === 0
      ? ''
      : ` left join ${entity.inheritedBy === undefined ? '' : 'only '}${ident(entity.schema, entity.table)} s on ${same.join(' and ')}`;
  const scope = createScope(catalog, entity, createAliases());
  const { members, linkage } = treeRowParts(
    scope,
    {
      entity,
      members: view.attributes,
      linkage: view.relationships.flatMap(({ relation }) => (relation.kind === 'one' ? [relation.name] : [])),
      include: [],
    },
    'changed',
  );
  return `with changed as materialized (
      select g.i as _dt_i, ${values.join(', ')} from unnest($1::int[], ${parameters}) as g(i, ${given})${stored})
    select _dt_i as i, ${members} as members, ${linkage} as linkage from changed`;
}
