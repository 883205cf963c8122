// Batches: many records that come in one request become a run like any other, whose sender is told what became of each.
import { randomInt } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createRun, listIssues, type Run, readRun } from '../../../engine/pipeline/index.js';
import { readCatalogOf, toStarter } from '../caller-catalog.js';
import { type DoorParts, NOBODY_KNOWN, refuseToAnswer } from '../files-rooms.js';
import type { ImportCall } from '../import/import-call.js';
import { IMPORT_TASK } from '../import/import-runner.js';
import {
  type BatchLeg,
  DEFAULT_CHUNK_ROWS,
  DEFAULT_REMOVAL_LIMIT,
  DEFAULT_UNDO,
  DEFAULT_WRITERS,
  type ImportSettings,
  type SourceSettings,
  toErrorLimit,
} from '../import/import-settings.js';
import { prepareFile } from '../import/prepare-import.js';
import { spoolBytes } from '../import/spool-bytes.js';
import { openSavedMapping } from '../mappings/open-mapping.js';
import type { BatchCall, BatchServices, DocumentCall, PreparedBatch, TableCall } from './batch-calls.js';
import { listLegs, listSources, planLeg } from './import-legs.js';
import { saveLocals } from './locals-store.js';
import { listRecordResults } from './results-store.js';
import { openRowWriter } from './row-writer.js';
import { toTableMapping } from './table-mapping.js';

/** How often a run that is waited for is looked at, at first and at last. */
const LOOK_MS = { first: 15, last: 250 } as const;

export function createBatchServices(rooms: DoorParts): BatchServices {
  const { database, spoolFolder, runFiles } = rooms;

  /** The sources lie where workers of other machines find them, before there is a run. */
  async function store(settings: ImportSettings): Promise<ImportSettings> {
    const legs = settings.batch?.legs;
    if (legs === undefined) return { ...settings, source: await runFiles.store(settings.source, false) };
    const stored: BatchLeg[] = [];
    for (const leg of legs) stored.push({ ...leg, source: await runFiles.store(leg.source, false) });
    return { ...settings, batch: { ...settings.batch, legs: stored } };
  }

  const drop = async (settings: ImportSettings): Promise<void> => {
    for (const source of listSources(settings)) await runFiles.forget(source);
  };

  async function toPrepared(
    settings: ImportSettings,
    { caller, title, notify }: BatchCall,
    locals: DocumentCall['locals'] = [],
  ): Promise<PreparedBatch> {
    const stored = await store(settings).catch(async (error) => {
      await drop(settings);
      throw error;
    });
    return {
      async start(client) {
        const origin = toStarter({ caller }, NOBODY_KNOWN);
        const { entity } = stored;
        const run = await createRun(client, {
          kind: 'import',
          entity,
          title,
          settings: stored,
          origin,
          notify,
        });
        await saveLocals(client, run, locals);
        await rooms.enqueue(client, IMPORT_TASK, { run });
        return run;
      },
      drop: () => drop(stored),
    };
  }

  async function prepareTable(call: TableCall): Promise<PreparedBatch> {
    const { bind, body } = call;
    const file = { ...body, name: call.title, spooled: true };
    try {
      for (const to of call.notify ?? []) rooms.checkNotify?.(to);
      const byMapping = 'mapping' in bind;
      const catalog = await readCatalogOf(rooms, call, byMapping ? 'import' : undefined);
      const maker = byMapping
        ? {
            given: await openSavedMapping(database, bind.mapping, call.entity),
            batch: { through: 'import' as const },
          }
        : { make: toTableMapping(call.entity, bind) };
      const wish: ImportCall = {
        ...call,
        source: { path: body.path },
        // Of text between delimiters only the source itself tells how it is written.
        stated: call.format === 'json' || call.format === 'ndjson',
        dryRun: false,
        probe: false,
        onError: 'skip',
        background: true,
        ...(rooms.undoRows === undefined ? {} : { undoRows: rooms.undoRows }),
        onProgress: () => {},
        confirmRemoval: refuseToAnswer,
      };
      const { settings } = await prepareFile(wish, catalog, database, file, maker);
      return await toPrepared(settings, call);
    } catch (error) {
      await rm(body.path, { force: true });
      throw error;
    }
  }

  async function prepareDocument(call: DocumentCall): Promise<PreparedBatch> {
    const settings = toDocumentSettings(call, rooms.undoRows ?? DEFAULT_UNDO.rows);
    try {
      for (const to of call.notify ?? []) rooms.checkNotify?.(to);
      const catalog = await readCatalogOf(rooms, call);
      for (const leg of settings.batch!.legs!.filter(({ kind }) => kind !== 'refused'))
        planLeg(catalog, settings, leg, { kind: 'import', id: 'check' });
    } catch (error) {
      await drop(settings);
      throw error;
    }
    return toPrepared(settings, call, call.locals);
  }

  async function waitFor(id: string, waitMs: number): Promise<Run> {
    const clock = rooms.clock;
    const until = now() + waitMs;
    for (let pause: number = LOOK_MS.first; ; pause = Math.min(LOOK_MS.last, pause * 1.5)) {
      const run = await readRun(database, id);
      const over = run.state !== 'queued' && run.state !== 'running';
      if (over || now() >= until) return run;
      await rooms.sleep(Math.min(pause, Math.max(1, until - now())));
    }
    function now(): number {
      return (clock?.now() ?? new Date()).getTime();
    }
  }

  return {
    spool: (body, signal, onBytes) => spoolBytes(body, spoolFolder, { signal, flush: true, onBytes }),
    openRowWriter: () => openRowWriter(spoolFolder),
    forget: (file) => rm(file.path, { force: true }),
    prepareTable,
    prepareDocument,
    readRun: (run, waitMs = 0) => waitFor(run, waitMs),
    listResults: (run) => listRecordResults(database, run),
    async *listIssues(run) {
      const legs = listLegs(await readRun(database, run));
      yield* listIssues(database, run, { by: legs === undefined ? 'row' : 'line' });
    },
  };
}

function toDocumentSettings(call: DocumentCall, undoRows: number): ImportSettings {
  let rowsBefore = 0;
  const legs = call.legs.map(({ file, fields, rows, ...leg }): BatchLeg => {
    const source: SourceSettings = {
      ...file,
      name: call.title,
      spooled: true,
      columns: fields.map(({ name }) => name),
    };
    const placed = { ...leg, source, fields: fields.map(({ name: _, ...field }) => field), rowsBefore };
    rowsBefore += rows;
    return placed;
  });
  return {
    // The legs are what is read; this says what came.
    source: { path: '', name: call.title, spooled: true, sha256: '', size: call.size, columns: [] },
    format: 'ndjson',
    formatOptions: {},
    entity: call.entity,
    mapping: { entity: call.entity, fields: [] },
    strategy: legs[0]?.strategy ?? 'add_or_update',
    identity: legs[0]?.identity ?? [],
    empty: 'leave',
    onDuplicate: call.onDuplicate ?? 'last',
    create: [],
    errorLimit: call.maxErrors === undefined ? null : toErrorLimit(call.maxErrors),
    removalLimit: DEFAULT_REMOVAL_LIMIT,
    removalConfirmed: false,
    writers: DEFAULT_WRITERS,
    seed: randomInt(2 ** 31),
    chunkRows: DEFAULT_CHUNK_ROWS,
    failedRows: null,
    undoRows,
    batch: { legs, first: call.first },
  };
}
