// One record in one statement, mark of origin included, for what most single writes are: no hook to be asked, nothing to be created on
// the way, nothing wrong. What it can't do it leaves, with nothing written, to the chunk's way, which knows how to say why.

import { ident } from '../../../foundation/postgres/sql-text.js';
import { createAliases, createScope } from '../read/read-scope.js';
import { findKeyFields } from '../read/record-key.js';
import type { TreeNode, TreeRow } from '../read/tree/tree-request.js';
import { treeRowParts } from '../read/tree/tree-row-sql.js';
import { listSeenWhenWrittenSql } from '../record-rule-sql.js';
import type { Origin } from '../write-request.js';
import { judgedRow } from './judge-sql.js';
import { findPlainWrite } from './plain-sql.js';
import type { WritePlan } from './plan-parts.js';
import { isRowsFault } from './row-fault.js';
import { STAGE, stageType } from './stage-table.js';
import type { StagedChunk } from './staged-chunk.js';
import { returnKey, writingParts } from './write-sql.js';

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
  if (sql === undefined) return undefined;
  const written = await rooms.query<WrittenRow>(sql, parameters).catch((error) => {
    if (isRowsFault(error)) return undefined;
    throw error;
  });
  if (written === undefined) return undefined;
  const row = written.rows[0];
  if (row === undefined)
    return version === undefined ? findUnchanged(rooms, plan, chunk, parameters) : undefined;
  const { _dt_key: key, seen, ...found } = row;
  return {
    action: ACTIONS[plan.strategy as keyof typeof ACTIONS],
    ...(key === null ? {} : { key }),
    ...(seen === true ? { row: { node: 0, id: key!, place: null, ...found } } : {}),
  };
}

/** What clients send again as it is, is not worth the chunk's way. */
async function findUnchanged(
  rooms: OwnStatements,
  plan: WritePlan,
  { says }: StagedChunk,
  parameters: readonly (string | null)[],
): Promise<WrittenAtOnce | undefined> {
  if (plan.strategy !== 'update') return undefined;
  const judged = judgedRow(plan, { says, constraints: false, readOnly: false });
  const sql = `with ${stagedRow(plan, false)} select from ${judged} src where _dt_action = '='`;
  const { rows } = await rooms.query(sql.replaceAll(STAGE, '_dovetail_stage'), parameters);
  return rows.length > 0 ? { action: 'unchanged' } : undefined;
}

/** `seen`: whether it was read back, and the caller may see it. */
type WrittenRow = Pick<TreeRow, 'members' | 'linkage' | 'version'> & {
  readonly _dt_key: string | null;
  readonly seen?: boolean;
};

const ACTIONS = { add: 'added', update: 'updated', delete: 'deleted' } as const;

const statements = new WeakMap<WritePlan, Map<string, string | undefined>>();
const nodeNames = new WeakMap<TreeNode, string>();

/** Made once for a plan that is used again. */
function findStatement(
  plan: WritePlan,
  says: Uint8Array,
  versioned: boolean,
  node: TreeNode | undefined,
): string | undefined {
  const known = statements.get(plan) ?? new Map<string, string>();
  statements.set(plan, known);
  const name = `${says.join('')} ${versioned} ${node === undefined ? '' : nameOf(node)}`;
  if (known.has(name)) return known.get(name);
  const made = makeStatement(plan, says, versioned, node);
  if (known.size < MOST_STATEMENTS) known.set(name, made);
  return made;
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

/** Undefined where nothing is to be written at all. */
function makeStatement(
  plan: WritePlan,
  says: Uint8Array,
  versioned: boolean,
  node: TreeNode | undefined,
): string | undefined {
  const part = PARTS[plan.strategy as keyof typeof PARTS];
  const ofVersion = versioned ? ` and t.xmin::text = $${plan.columns.length + FIRST}` : '';
  const writing = findPlainWrite(plan, says, { first: FIRST, mark: `(${MARK}) _dt_mark`, and: ofVersion });
  const judged = writing ?? findJudgedWrite(plan, says, part, ofVersion);
  if (judged === undefined) return undefined;
  // Triggers may change a record after it was written: where there are some, it is not read here.
  const reads = node !== undefined && part !== 'del' && !plan.entity.hasTriggers;
  const returns = [returnKey(plan, part), ...(reads ? readBack(plan, node, part) : [])].join(', ');
  return `${judged} returning ${returns}`.replaceAll(STAGE, '_dovetail_stage');
}

/** Where something has to be looked up: judged as a row of a chunk is, with the row as a constant in place of the staging table. */
function findJudgedWrite(
  plan: WritePlan,
  says: Uint8Array,
  part: 'ins' | 'upd' | 'del',
  ofVersion: string,
): string | undefined {
  const judged = judgedRow(plan, { says, constraints: false, readOnly: false });
  const writing = writingParts(plan, says, judged, ofVersion)[part];
  return writing === '' ? undefined : `with ${stagedRow(plan)} ${writing}`;
}

const PARTS = { add: 'ins', update: 'upd', delete: 'del' } as const;

/** The record as it was written; of its version the statement knows that it is the number of its own transaction. */
function readBack({ catalog, entity }: WritePlan, node: TreeNode, part: 'ins' | 'upd'): readonly string[] {
  const written = part === 'ins' ? entity.table : 't';
  const { members, linkage } = treeRowParts(createScope(catalog, entity, createAliases()), node, written);
  const seen = ['true', ...listSeenWhenWrittenSql(entity, written)].join(' and ');
  return [
    `${members} as members`,
    `${linkage} as linkage`,
    'pg_current_xact_id()::xid::text as version',
    `(${seen}) as seen`,
  ];
}

/** The number of the parameter that is the first column's; before it come the origin and what the row says besides values. */
const FIRST = 3;

/** Worked out before the row, so that it stands before the change in the log. */
const MARK =
  "select pg_logical_emit_message(true, 'dovetail', $1::text), set_config('dovetail.origin', $1::text, true), $2::text";

/** In place of the staging table. */
function stagedRow(plan: WritePlan, marks = true): string {
  const columns = plan.columns.map(
    (column, i) => `$${i + FIRST}::${stageType(column)} as ${ident(column.name)}`,
  );
  return `_dovetail_stage as materialized (
    select 1::int8 as _row, 1::int8 as _line, $2::text as _say${columns.map((column) => `, ${column}`).join('')}
    from (${marks ? MARK : 'select $1::text'}) as _dt_mark)`;
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
