// What has to be put back so that tables are as they were before they were watched. Goes by what is found on them as much as by what was
// noted: a table may have been renamed since, a dump may have brought triggers along.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { TableName } from '../change.js';
import { changesError } from '../changes-errors.js';
import { toRestoreStatements } from './identity-statements.js';
import { listOwnerFindings } from './missing-watch-rights.js';
import { toDropPublication, toUnpublishStatements } from './publication-statements.js';
import { readServerState } from './server-state.js';
import { listTableStates, listTouchedTables, type TableState } from './table-state.js';
import { toTriggerStatements } from './trigger-statements.js';
import type { UnwatchPlan, WatchStep } from './watch-plan.js';
import { findWatching } from './watching-store.js';

/** Reads only. Throws CHANGES-206 for a table that is not watched. */
export async function planUnwatch(db: Queryable, asked: readonly TableName[] | 'all'): Promise<UnwatchPlan> {
  const watching = await findWatching(db);
  const server = await readServerState(db, watching?.publication ?? undefined);
  const publication = server.hasPublication ? server.publication : undefined;
  const touched = await listTouchedTables(db, publication);
  const noted = watching?.tables ?? [];
  const isSame = (a: TableName) => (b: TableName) => a.schema === b.schema && a.table === b.table;
  const all = [...touched, ...noted.filter((one) => !touched.some(isSame(one)))];
  const chosen = asked === 'all' ? all : asked;
  for (const one of chosen) {
    if (all.some(isSame(one))) continue;
    throw changesError(206, {
      detail: `'${one.table}' is not watched.`,
      hint: 'dovetail watch, without names, lists what is.',
    });
  }
  const states = await listTableStates(db, chosen, publication);
  const isAll = all.every((one) => chosen.some(isSame(one)));
  const rowOf = (state: TableState) =>
    noted.find(isSame(state)) ?? noted.find(({ relation }) => relation === state.oid);
  const steps: WatchStep[] = [];
  const add = (says: string, statements: readonly string[]): void => {
    if (statements.length > 0) steps.push({ says, statements });
  };
  if (publication !== undefined) {
    const published = states.filter(({ isPublished }) => isPublished);
    if (isAll) add('The publication', [toDropPublication(publication)]);
    else add('These tables leave the publication', toUnpublishStatements(publication, published));
  }
  for (const state of states) {
    add(`The triggers of "${state.table}"`, toTriggerStatements(state, undefined));
    add(
      `The replica identity of "${state.table}" as it was before`,
      toRestoreStatements(toCurrentNames(rowOf(state)?.identities ?? [], state), state.members),
    );
  }
  return {
    tables: chosen.map(({ schema, table }) => ({ schema, table })),
    steps,
    findings: listOwnerFindings(
      server,
      states.flatMap(({ members }) => members),
    ),
    forgotten: [...chosen, ...states.flatMap((state) => rowOf(state) ?? [])],
    isAll,
    ...(isAll && server.hasSlot ? { slot: server.slot } : {}),
  };
}

/** The table's own entry is found by its new name where it was renamed. */
function toCurrentNames<T extends TableName>(identities: readonly T[], state: TableState): readonly T[] {
  if (state.members.length > 1) return identities;
  return identities.map((one) => ({ ...one, schema: state.schema, table: state.table }));
}
