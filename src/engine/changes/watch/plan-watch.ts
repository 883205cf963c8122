// What has to be altered so that tables are watched. Tables that are watched already are looked at again: what differs is mended with it.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { type Catalog, type Entity, findEntity } from '../../catalog/index.js';
import { changesError } from '../changes-errors.js';
import { chooseCapture } from './choose-capture.js';
import { type ChosenHow, chooseHow, findObstacle, toRestored } from './choose-how.js';
import { toFullStatements, toRestoreStatements } from './identity-statements.js';
import { listWatchFindings } from './missing-watch-rights.js';
import { toDropPublication, toPublishStatements, toUnpublishStatements } from './publication-statements.js';
import { readServerState, type ServerState } from './server-state.js';
import { listTableStates, type TableState } from './table-state.js';
import { toTriggerStatements } from './trigger-statements.js';
import type { WatchPlan, WatchStep } from './watch-plan.js';
import { type Capture, findWatching, type WatchedTableRow, type Watching } from './watching-store.js';

export interface WatchWish {
  /** Names of entities, or every table there is. */
  readonly entities: readonly string[] | 'all';
  readonly capture: Capture | 'auto';
  /** `full`: the operator consents to `replica identity full`. Absent: as it is, or was asked for before. */
  readonly replicaIdentity?: 'full' | 'key';
  /** The operator accepts by name that the server limits the WAL of slots by nothing. */
  readonly acceptUnlimitedWal: boolean;
}

/** A table on its way to being watched. */
interface Candidate {
  readonly entity: string;
  readonly state: TableState;
  readonly chosen: ChosenHow;
  /** As it was remembered, if it was. */
  readonly before: WatchedTableRow | undefined;
}

/** Reads only. Throws CATALOG-1xx, and CHANGES-201 and 202 for what was asked for by name and can't be watched. */
export async function planWatch(db: Queryable, catalog: Catalog, wish: WatchWish): Promise<WatchPlan> {
  const watching = await findWatching(db);
  const server = await readServerState(db, watching?.publication ?? undefined);
  const { capture, says: captureSays } = chooseCapture(wish.capture, server, watching);
  const { candidates, leftOut } = await listCandidates(db, catalog, { wish, watching, server, capture });
  const accepted = wish.acceptUnlimitedWal || watching?.isUnlimitedWalAccepted === true;
  return {
    capture,
    captureSays,
    ...(capture === 'wal' ? { publication: server.publication } : {}),
    tables: candidates.map(({ entity, state: { schema, table }, chosen: { how, says } }) => ({
      entity,
      schema,
      table,
      how,
      says,
    })),
    leftOut,
    steps: candidates.length === 0 ? [] : toSteps(candidates, server, capture),
    findings: listWatchFindings(
      server,
      capture,
      candidates.flatMap(({ state }) => state.members),
      accepted,
    ),
    rows: candidates.map(toRow),
    ...(capture === 'trigger' && server.hasSlot ? { slot: server.slot } : {}),
  };
}

async function listCandidates(
  db: Queryable,
  catalog: Catalog,
  about: {
    readonly wish: WatchWish;
    readonly watching: Watching | undefined;
    readonly server: ServerState;
    readonly capture: Capture;
  },
): Promise<{ readonly candidates: readonly Candidate[]; readonly leftOut: WatchPlan['leftOut'] }> {
  const { wish, watching, server, capture } = about;
  const asked = listAsked(catalog, wish);
  const known = watching?.tables ?? [];
  const names = new Map(
    [...known, ...asked].map(({ schema, table }) => [JSON.stringify([schema, table]), { schema, table }]),
  );
  const states = await listTableStates(db, [...names.values()], server.publication);
  const candidates: Candidate[] = [];
  const leftOut: { entity: string; says: string }[] = [];
  for (const state of states) {
    const isSame = (one: { readonly schema: string; readonly table: string }) =>
      one.schema === state.schema && one.table === state.table;
    const before = known.find(isSame);
    const entity = [...catalog.entities.values()].find(isSame)?.name ?? `${state.schema}.${state.table}`;
    const obstacle = findObstacle(state);
    if (obstacle !== undefined) {
      if (wish.entities !== 'all' && asked.some(isSame)) throw toRefusal(state, entity, obstacle);
      leftOut.push({ entity, says: obstacle });
      continue;
    }
    const wasFull = (before?.identities.length ?? 0) > 0;
    const isFull =
      asked.some(isSame) && wish.replicaIdentity !== undefined ? wish.replicaIdentity === 'full' : wasFull;
    const restored = toRestored(state, before?.identities ?? []);
    const chosen = chooseHow(restored, { capture, isFull, serverMajor: server.major });
    candidates.push({ entity, state, chosen, before });
  }
  return { candidates, leftOut };
}

function listAsked(catalog: Catalog, { entities }: WatchWish): readonly Entity[] {
  if (entities === 'all') {
    return [...catalog.entities.values()].filter(({ kind }) => kind === 'table' || kind === 'foreign table');
  }
  return entities.map((name) => findEntity(catalog, name));
}

function toRefusal({ kind }: TableState, entity: string, obstacle: string): Error {
  const number = kind === 'r' || kind === 'p' ? 202 : 201;
  return changesError(number, {
    detail: `'${entity}' can't be watched: ${obstacle}.`,
    pointer: { entity },
  });
}

function toSteps(candidates: readonly Candidate[], server: ServerState, capture: Capture): WatchStep[] {
  const steps: WatchStep[] = [];
  const add = (says: string, statements: readonly string[]): void => {
    if (statements.length > 0) steps.push({ says, statements });
  };
  const isPublishing = ({ chosen }: Candidate) => chosen.how === 'publication';
  for (const { entity, state, chosen, before } of candidates) {
    const full = chosen.identities;
    const unwanted = (before?.identities ?? []).filter(
      (one) => !full.some(({ schema, table }) => schema === one.schema && table === one.table),
    );
    const isFullNow = (one: { readonly schema: string; readonly table: string }) =>
      state.members.some((m) => m.schema === one.schema && m.table === one.table && m.identity === 'f');
    // Leaves the publication before its replica identity is put back, or its own updates would fail in between.
    if (!isPublishing({ entity, state, chosen, before }) && state.isPublished) {
      add(`"${entity}" leaves the publication`, toUnpublishStatements(server.publication, [state]));
    }
    add(
      `The whole record as the replica identity of "${entity}": changes tell what it was before. Each update and delete writes it to the log`,
      toFullStatements(full.filter((one) => !isFullNow(one))),
    );
    add(`The replica identity of "${entity}" as it was before`, toRestoreStatements(unwanted, state.members));
  }
  if (capture === 'wal') {
    const added = candidates
      .filter((one) => isPublishing(one) && !one.state.isPublished)
      .map(({ state }) => state);
    add(
      'The publication: the server tells the changes of its tables to whoever reads its log',
      toPublishStatements(server, added),
    );
  }
  for (const { entity, state, chosen } of candidates) {
    const target = chosen.how === 'publication' ? undefined : capture === 'wal' ? 'message' : 'outbox';
    const why = chosen.says === '' ? '' : `, because ${chosen.says}`;
    add(
      target === undefined
        ? `"${entity}" needs its triggers no more: the publication tells its changes`
        : `Triggers of "${entity}", which write down what each statement changed${why}`,
      toTriggerStatements(state, target),
    );
  }
  if (capture === 'trigger' && server.hasPublication) {
    add('The publication is not needed any more', [toDropPublication(server.publication)]);
  }
  return steps;
}

const toRow = ({ state, chosen, before }: Candidate): WatchedTableRow => ({
  schema: state.schema,
  table: state.table,
  relation: state.oid,
  how: chosen.how,
  // What was noted first is what there was before us.
  identities: chosen.identities.map(
    (one) =>
      before?.identities.find(({ schema, table }) => schema === one.schema && table === one.table) ?? one,
  ),
});
