// Relations to many are written where they are stored: in the foreign keys of the others, or as rows of the join table; by the one write
// path, so that rights, rules and hooks of what is really changed hold.
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { type BatchCell, toCellBatch } from '../../../foundation/cells/row-batch.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { Catalog, Entity, ToManyRelation } from '../../catalog/catalog.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { readTarget } from '../read/read-scope.js';
import { findKeyFields, fromKeyText } from '../read/record-key.js';
import { ROW } from '../records-errors.js';
import { planWrite } from '../write/write-plan.js';
import { writeRecords } from '../write/write-records.js';
import type { Origin, Strategy, WriteTarget } from '../write-request.js';
import { findOwner, type LinkedRecord, type LinkOwner, readCandidates, readLinked } from './read-links.js';

export interface LinksWrite {
  readonly catalog: Catalog;
  readonly entity: Entity;
  /** Of the record from which the relation leads. */
  readonly key: string;
  readonly relation: ToManyRelation;
  /** `replace` lets it lead to these only, as far as the caller knows of others. */
  readonly change: 'add' | 'remove' | 'replace';
  /** Of the others; texts that can be keys of theirs. */
  readonly keys: readonly string[];
  readonly origin: Origin;
  /** Versions of which the record must have one. Default: any. */
  readonly versions?: readonly string[];
  readonly rehearsal?: boolean;
}

/**
 * `missing`: there is no such record; `changed`: it has another version; `unknown`: of the others one is not there; `bound`: one
 * can't be taken away, for the field given; `refused`: what the write path says, by key of the other. But for `done` the caller rolls back.
 */
export type LinksOutcome =
  | { readonly action: 'done' | 'missing' | 'changed' | 'many' }
  | { readonly action: 'unknown'; readonly key: string }
  | { readonly action: 'bound'; readonly field: string }
  | { readonly action: 'refused'; readonly issues: readonly (FoundIssue & { readonly key?: string })[] };

/** How many a relation may lead to where it is replaced whole. */
export const MOST_REPLACED = 10_000;

export async function writeLinks(client: Client, write: LinksWrite): Promise<LinksOutcome> {
  const { catalog, entity, key, relation, change, versions } = write;
  const owner = await findOwner(client, entity, key, relation.fields, versions !== undefined);
  if (owner === undefined) return { action: 'missing' };
  if (versions !== undefined && !versions.includes(owner.version)) return { action: 'changed' };
  const open = owner.values.indexOf(null);
  if (open >= 0) return { action: 'bound', field: relation.fields[open]! };
  const keys = [...new Set(write.keys)];
  const given = keys.length === 0 ? [] : await readCandidates(client, catalog, relation, owner, keys);
  const known = new Set(given.map(({ id }) => id));
  const unknown = keys.find((one) => !known.has(one));
  if (unknown !== undefined && change !== 'remove') return { action: 'unknown', key: unknown };
  const before =
    change === 'replace' ? await readLinked(client, catalog, relation, owner, MOST_REPLACED) : [];
  if (before.length > MOST_REPLACED) return { action: 'many' };
  const removed =
    change === 'remove' ? given.filter((one) => one.linked) : before.filter(({ id }) => !known.has(id));
  const added = change === 'remove' ? [] : given.filter((one) => !one.linked);
  const steps = [...toSteps(write, owner, removed, 'remove'), ...toSteps(write, owner, added, 'add')];
  for (const step of steps) {
    const refusal = await runStep(client, write, step);
    if (refusal) return refusal;
  }
  return { action: 'done' };
}

/** One write of many records, each by its cells. */
interface Step {
  readonly records: readonly LinkedRecord[];
  readonly entity: Entity;
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly targets: readonly WriteTarget[];
  readonly cellsOf: (record: LinkedRecord) => readonly string[];
  /** A field by which none can be taken away. */
  readonly bound?: string;
}

function toSteps(
  { catalog, relation }: LinksWrite,
  owner: LinkOwner,
  records: readonly LinkedRecord[],
  change: 'add' | 'remove',
): readonly Step[] {
  if (records.length === 0) return [];
  return [
    relation.through
      ? joinStep(catalog, relation, owner, records, change)
      : keyStep(catalog, relation, owner, records, change),
  ];
}

/** Rows of the join table. */
function joinStep(
  catalog: Catalog,
  { through, targetFields }: ToManyRelation,
  owner: LinkOwner,
  records: readonly LinkedRecord[],
  change: 'add' | 'remove',
): Step {
  const identity = [...targetFields, ...through!.fields];
  return {
    records,
    entity: readTarget(catalog, through!),
    strategy: change === 'add' ? 'add' : 'delete',
    identity,
    targets: identity.map(toTarget),
    cellsOf: ({ values }) => [...textsOf(owner), ...values],
  };
}

/** Foreign keys of the others. */
function keyStep(
  catalog: Catalog,
  relation: ToManyRelation,
  owner: LinkOwner,
  records: readonly LinkedRecord[],
  change: 'add' | 'remove',
): Step {
  const entity = readTarget(catalog, relation);
  const identity = (findKeyFields(entity) ?? []).map((field) => field.name);
  const nullable = relation.targetFields.filter(
    (name) => !identity.includes(name) && entity.fields.some((field) => field.name === name && isFree(field)),
  );
  const bound = change === 'add' ? relation.targetFields.find((name) => identity.includes(name)) : undefined;
  const none = change === 'remove' && nullable.length === 0 ? relation.targetFields[0] : undefined;
  const keyOf = ({ id }: LinkedRecord) => fromKeyText(id, identity.length)!;
  const set = change === 'add' ? relation.targetFields : [];
  const emptied = change === 'remove' ? nullable : [];
  return {
    records,
    entity,
    strategy: 'update',
    identity,
    targets: [
      ...[...identity, ...set].map(toTarget),
      ...emptied.map((name) => ({ path: [name], source: { constant: null }, empty: 'leave' as const })),
    ],
    cellsOf: (record) => [...keyOf(record), ...(change === 'add' ? textsOf(owner) : [])],
    ...((bound ?? none) === undefined ? {} : { bound: (bound ?? none)! }),
  };
}

const isFree = (field: Entity['fields'][number]): boolean =>
  field.nullable && field.type.domain?.notNull !== true;

const textsOf = ({ values }: LinkOwner): readonly string[] => values.map((value) => value ?? '');

const toTarget = (name: string, column: number): WriteTarget => ({
  path: [name],
  source: { column },
  empty: 'leave',
});

async function runStep(client: Client, write: LinksWrite, step: Step): Promise<LinksOutcome | undefined> {
  const { records, entity, strategy, identity, targets, cellsOf, bound } = step;
  if (bound !== undefined) return { action: 'bound', field: bound };
  const { catalog, origin, rehearsal = false } = write;
  const plan = planWrite({ catalog, entity, strategy, identity, targets, origin });
  const columns = targets.filter(({ source }) => 'column' in source).map(({ path }) => path[0]!);
  const rows = records.map((record, i) => ({ line: i + 1, cells: cellsOf(record).map(toCell) }));
  const { issues, totals } = await writeRecords(client, {
    plan,
    origin,
    batch: toCellBatch(columns, rows, 1),
    rehearsal,
  });
  // Another request was faster: the relation is as it was to be.
  const errors = issues.filter(
    ({ severity, code }) =>
      severity === 'error' && code !== ROW.exists && !(strategy === 'delete' && code === ROW.notFound),
  );
  if (errors.length > 0)
    return {
      action: 'refused',
      issues: errors.map((issue) => {
        const key = issue.line === undefined ? undefined : records[issue.line - 1]?.id;
        return key === undefined ? issue : { ...issue, key };
      }),
    };
  // What refers to a record that went away meanwhile, or what others refer to.
  return totals.postponed > 0 ? { action: 'unknown', key: records[0]!.id } : undefined;
}

const toCell = (text: string): BatchCell => ({ cell: Cell.text, text });
