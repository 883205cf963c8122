// One record in one statement, mark of origin included, for what most single writes are: no hook to be asked, nothing to be created on
// the way, nothing wrong. What it can't do it leaves, with nothing written, to the chunk's way, which knows how to say why.

import { ident } from '../../../foundation/postgres/sql-text.js';
import { createAliases, createScope } from '../read/read-scope.js';
import { findKeyFields, keySql } from '../read/record-key.js';
import type { TreeNode, TreeRow } from '../read/tree/tree-request.js';
import { treeRowSql } from '../read/tree/tree-row-sql.js';
import { listSeenSql } from '../record-rule-sql.js';
import type { Origin } from '../write-request.js';
import type { WritePlan } from './plan-parts.js';
import { isRowsFault } from './row-fault.js';
import { STAGE, stageType } from './stage-table.js';
import type { StagedChunk } from './staged-chunk.js';
import { type Judgement, type WriteRowsExtras, writeRows } from './write-sql.js';

/** Runs a statement by itself: it is its own transaction. */
export interface OwnStatements {
  query<R extends object>(text: string, values: readonly unknown[]): Promise<{ readonly rows: readonly R[] }>;
}

export interface WrittenAtOnce {
  readonly action: 'added' | 'updated' | 'deleted' | 'unchanged';
  readonly key?: string;
  /** Where one was asked for, and the record was added or changed. */
  readonly row?: TreeRow;
}

/** Who makes the change, and what is asked besides: write only if the record has the `version`; read it as a `node` without anything around it. */
export interface AtOnceWish {
  readonly origin: Origin;
  readonly version?: string;
  readonly node?: TreeNode;
}

export function canWriteAtOnce(plan: WritePlan): boolean {
  return (
    plan.ruling === undefined &&
    plan.hookColumns === 0 &&
    plan.entity.hasRules !== true &&
    plan.keeping === undefined &&
    (plan.strategy === 'add' || plan.strategy === 'update' || plan.strategy === 'delete') &&
    plan.columns.every((column) => !column.encoder.uncertain) &&
    plan.references.every((reference) => !reference.create) &&
    findKeyFields(plan.entity) !== undefined
  );
}

/** Undefined if nothing was written, for whatever reason there is. */
export async function writeAtOnce(
  rooms: OwnStatements,
  plan: WritePlan,
  chunk: StagedChunk,
  { origin, version, node }: AtOnceWish,
): Promise<WrittenAtOnce | undefined> {
  if (chunk.staged !== 1) return undefined;
  const { say, values } = readStagedLine(chunk);
  const parameters = [JSON.stringify(origin), say, ...values, ...(version === undefined ? [] : [version])];
  const sql = findStatement(plan, chunk.says, version !== undefined, node);
  let judged: Judgement & { readonly row?: TreeRow };
  try {
    const { rows } = await rooms.query<Judgement & { readonly row?: TreeRow }>(sql, parameters);
    judged = rows[0]!;
  } catch (error) {
    if (isRowsFault(error)) return undefined;
    throw error;
  }
  const action = (['inserted', 'updated', 'deleted'] as const).find((name) => judged[name] > 0);
  const key = judged.keys?.[0];
  if (action !== undefined)
    return {
      action: ACTIONS[action],
      ...(key === undefined ? {} : { key }),
      ...(judged.row ? { row: judged.row } : {}),
    };
  // Whether an unchanged record has the version was not asked.
  return plan.strategy === 'update' && judged.unchanged > 0 && version === undefined
    ? { action: 'unchanged' }
    : undefined;
}

const statements = new WeakMap<WritePlan, Map<string, string>>();
const nodeNames = new WeakMap<TreeNode, string>();

/** Made once for a plan that is used again. */
function findStatement(
  plan: WritePlan,
  says: Uint8Array,
  versioned: boolean,
  node: TreeNode | undefined,
): string {
  const known = statements.get(plan) ?? new Map<string, string>();
  statements.set(plan, known);
  const name = `${says.join('')} ${versioned} ${node === undefined ? '' : nameOf(node)}`;
  const found = known.get(name) ?? makeStatement(plan, says, versioned, node);
  if (known.size < MOST_STATEMENTS) known.set(name, found);
  return found;
}

/** Of one plan: what the rows say, and how they are read back, has few variants. */
const MOST_STATEMENTS = 50;

function nameOf(node: TreeNode): string {
  const name =
    nodeNames.get(node) ??
    JSON.stringify([node.members.map((one) => [one.name, one.field.name]), node.linkage]);
  nodeNames.set(node, name);
  return name;
}

function makeStatement(
  plan: WritePlan,
  says: Uint8Array,
  versioned: boolean,
  node: TreeNode | undefined,
): string {
  const extras = {
    and: versioned ? ` and t.xmin::text = $${plan.columns.length + 3}` : '',
    ...(node === undefined || plan.entity.hasTriggers ? {} : readBack(plan, node)),
  };
  return writeRows({ ...plan, returnsKeys: true }, { says, constraints: false, readOnly: false }, extras)
    .replace(/^with /, `with ${stagedRow(plan)}, `)
    .replaceAll(STAGE, '_dovetail_stage');
}

const ACTIONS = { inserted: 'added', updated: 'updated', deleted: 'deleted' } as const;

/** The record as it was written. Triggers may change it after that: where there are some, it is not read so. */
function readBack(plan: WritePlan, node: TreeNode): Pick<WriteRowsExtras, 'returns' | 'column'> {
  const { catalog, entity } = plan;
  // In a statement by itself the version of what it writes is the transaction's number.
  const facts = 'pg_current_xact_id()::xid::text as _dt_version, null::text as _dt_place';
  return {
    returns: (part) =>
      `${part === 'ins' ? '*' : 't.*'}, ${keySql(entity, part === 'ins' ? entity.table : 't')} as _dt_key, ${facts}`,
    column: (parts) => {
      const seen = listSeenSql(entity, 'w');
      const where = seen.length === 0 ? '' : ` w where ${seen.join(' and ')}`;
      const written = parts.map((part) => `select * from ${part}${where}`).join(' union all ');
      const row = treeRowSql(createScope(catalog, entity, createAliases()), node, 0, 'written', 'root');
      return `(with written as (${written}) select row_to_json(w) from (${row}) w) as row`;
    },
  };
}

/** In place of the staging table. The mark is computed before the row, so it stands before the change in the log. */
function stagedRow(plan: WritePlan): string {
  const columns = plan.columns.map((column, i) => `$${i + 3}::${stageType(column)} as ${ident(column.name)}`);
  return `_dovetail_stage as materialized (
    select 1::int8 as _row, 1::int8 as _line, $2::text as _say${columns.map((column) => `, ${column}`).join('')}
    from (select pg_logical_emit_message(true, 'dovetail', $1::text), set_config('dovetail.origin', $1::text, true)) as _dt_mark)`;
}

/** A line of COPY's text format, back into values. */
function readStagedLine({ data, length }: StagedChunk): {
  readonly say: string | null;
  readonly values: readonly (string | null)[];
} {
  const fields = data
    .toString('utf8', 0, length - 1)
    .split('\t')
    .map(readField);
  return { say: fields[2]!, values: fields.slice(3) };
}

function readField(text: string): string | null {
  if (text === '\\N') return null;
  return text.includes('\\') ? text.replace(/\\(.)/gs, (_, sign: string) => ESCAPED[sign] ?? sign) : text;
}

const ESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' };
