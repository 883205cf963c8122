// After an import that wrote numbers of its own into columns that a sequence feeds: the sequence goes on behind the
// highest of them, or the application's next insert would meet a number that is taken.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { Entity, Field } from '../../catalog/catalog.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import type { WritePlan } from './plan-parts.js';
import { createdFields } from './reference-plan.js';
import { storedIn, tableOf } from './resolve-sql.js';

/**
 * Raises the sequences behind every column the plan writes to the column's highest number; never lowers one. Sequences
 * that count down, and numbers beyond a sequence's end, are left alone. Numbers that another session has drawn in advance
 * (`cache`) can't be taken back from it. Returns a warning for each sequence that the role may not set.
 */
export async function raiseSequences(db: Queryable, plan: WritePlan): Promise<readonly FoundIssue[]> {
  const issues: FoundIssue[] = [];
  for (const { entity, field } of numberedColumns(plan)) {
    const found = await db.query<{ name: string; settable: boolean }>(findSequences(), [
      tableOf(entity),
      field.name,
    ]);
    for (const { name, settable } of found.rows) {
      if (settable) await db.query(raiseSequence(name, entity, field));
      else issues.push(lockedSequence(name, entity, field));
    }
  }
  return issues;
}

interface Column {
  readonly entity: Entity;
  readonly field: Field;
}

/** Written columns that have a number by default. Few of them do, so that most imports ask the server nothing. */
function numberedColumns(plan: WritePlan): readonly Column[] {
  const own = plan.sets.filter((set) => !set.matchOnly).map(({ field }) => ({ entity: plan.entity, field }));
  const created = plan.references
    .filter((reference) => reference.create)
    .flatMap((reference) =>
      createdFields(reference).map(({ field }) => ({ entity: reference.entity, field })),
    );
  return [...own, ...created].filter(({ field: { type, generated, default: made } }) => {
    const whole = /^int[248]$/.test(type.base) && !type.array;
    return whole && (generated === 'byDefault' || (made?.includes('nextval(') ?? false));
  });
}

/** The sequences that a column ($1 table, $2 name) is fed by: its own as an identity, or those its default names. */
function findSequences(): string {
  return `
    select format('%I.%I', n.nspname, c.relname) as name, 
      has_sequence_privilege(c.oid, 'update') and has_sequence_privilege(c.oid, 'select') as settable
    from pg_catalog.pg_attribute a
    left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
    join pg_catalog.pg_depend d on
      d.classid = 'pg_catalog.pg_attrdef'::regclass and d.objid = f.oid and d.refclassid = 'pg_catalog.pg_class'::regclass
      or d.classid = 'pg_catalog.pg_class'::regclass and d.refclassid = 'pg_catalog.pg_class'::regclass
        and d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.deptype = 'i'
    join pg_catalog.pg_class c on c.relkind = 'S'
      and c.oid = case when d.classid = 'pg_catalog.pg_class'::regclass then d.objid else d.refobjid end
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where a.attrelid = $1::regclass and a.attname = $2`;
}

/**
 * A short way is gone by drawing numbers, which can't undo what others draw meanwhile; only a long one, which nobody
 * else covers in that instant, by setting the sequence.
 */
function raiseSequence(sequence: string, entity: Entity, field: Field): string {
  return `
    with state as (
      select case when s.is_called then s.last_value else s.last_value - p.seqincrement end as last, p.seqincrement as step,
        (select max(${ident(field.name)}) from ${storedIn(entity)}) as highest, p.seqmax as most
      from ${sequence} s, pg_catalog.pg_sequence p where p.seqrelid = ${literal(sequence)}::regclass),
    way as (select *, ceil((highest - last)::numeric / step) as steps from state where step > 0 and highest between last + 1 and most)
    select case when steps > 1000 or last + steps * step > most then setval(${literal(sequence)}, highest)
      else (select max(nextval(${literal(sequence)})) from generate_series(1, steps::int)) end
    from way`;
}

function lockedSequence(sequence: string, entity: Entity, field: Field): FoundIssue {
  return {
    severity: 'warning',
    code: ROW.sequence,
    field: field.name,
    message: `${entity.name}.${field.name} may now hold numbers that ${sequence} still has before it, and the role may not raise it.`,
    hint: `grant select, update on sequence ${sequence} to the role, and import again; or run: select setval(${literal(sequence)}, (select max(${ident(field.name)}) from ${tableOf(entity)}))`,
  };
}
