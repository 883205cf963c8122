// Runs that somebody far away wants: made here, worked on by whichever worker is free; and the file of their failed rows, on its way out.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { failedRowsFormat } from '../../engine/formats/failed-rows.js';
import { readFormat } from '../../engine/formats/index.js';
import {
  createRun,
  createUndoRun,
  LEASE_SECONDS,
  listIssuePages,
  type Run,
  readRun,
  requeueRun,
} from '../../engine/pipeline/index.js';
import type { Origin } from '../../engine/records/index.js';
import type { Client } from '../../foundation/postgres/database.js';
import { openFailedRecords } from './batch/failed-records-file.js';
import type { ExportSettings } from './export/export-settings.js';
import type { DoorParts } from './files-rooms.js';
import type { FilesServices } from './files-services.js';
import { writeFailedRowsFile } from './import/failed-rows-file.js';
import { importError } from './import/import-errors.js';
import { IMPORT_TASK } from './import/import-runner.js';
import type { ImportSettings } from './import/import-settings.js';
import { createRepeat } from './repeat-run.js';
import { readOutlook, titleOf } from './undo/look-undo.js';
import { UNDO_CHUNK_ROWS, type UndoSettings } from './undo/undo-settings.js';

type QueuedRuns = Pick<FilesServices, 'queueResume' | 'queueRepeat' | 'queueUndo' | 'openFailedRows'>;

export function createQueuedRuns(rooms: DoorParts): QueuedRuns {
  const { database, spoolFolder } = rooms;
  return {
    queueResume: (id) =>
      database.transaction(async (client) => {
        const { kind } = await readRun(client, id);
        if (kind !== 'import' && kind !== 'undo')
          throw importError(105, { detail: `Run ${id} is of the kind ${kind}; it can't be gone on with.` });
        await requeueRun(client, id, rooms.leaseSeconds ?? LEASE_SECONDS);
        await rooms.enqueue(client, IMPORT_TASK, { run: id });
      }),
    queueRepeat: (id, startedBy, signal) =>
      database.transaction(async (client) => {
        const before = await readRun(client, id);
        const run =
          before.kind === 'export'
            ? await repeatRequested(client, before, startedBy)
            : await createRepeat({ ...rooms, spoolFolder }, before, startedBy, signal, client);
        await rooms.enqueue(client, IMPORT_TASK, { run });
        return run;
      }),
    async queueUndo(id, origin) {
      const { entity } = await readOutlook(database, id);
      const settings: UndoSettings = { undoes: id, chunkRows: UNDO_CHUNK_ROWS };
      return database.transaction(async (client) => {
        const wish = { kind: 'undo', entity, title: titleOf(id), settings, origin } as const;
        const run = await createUndoRun(client, id, wish);
        await rooms.enqueue(client, IMPORT_TASK, { run });
        return run;
      });
    },
    async openFailedRows(id) {
      const run = await readRun(database, id);
      const settings = readImportSettings(run);
      if (settings.batch?.legs !== undefined) {
        const bytes = await openFailedRecords(rooms, run);
        return { rows: run.counters.failed, name: `${id}-failed.json`, mediaType: 'application/json', bytes };
      }
      const format = readFormat(failedRowsFormat(settings.format));
      const file = join(spoolFolder, `failed-${randomUUID()}`);
      const rows = await writeFailedRowsFile(
        settings,
        listIssuePages(database, id, { severity: 'error' }),
        file,
      );
      if (rows === 0) throw importError(107, { detail: `Run ${id} has no failed rows.` });
      const bytes = createReadStream(file);
      bytes.once('close', () => void rm(file, { force: true }).catch(() => {}));
      const name = `${id}-failed.${format.extensions[0] ?? format.name}`;
      return { rows, name, mediaType: format.mediaTypes[0] ?? 'application/octet-stream', bytes };
    },
  };
}

/** An export that was asked for as this one is: its file is the new run's own. Throws FILES-105 for any other. */
async function repeatRequested(client: Client, run: Run, origin: Origin): Promise<string> {
  const { id, kind, entity, title, settings, notify } = run;
  if ((settings as ExportSettings).requested !== true)
    throw importError(105, {
      detail: `Run ${id} wrote its file where it was told to on the machine; it is made again there.`,
      hint: `\`dovetail runs repeat ${id}\` does that.`,
    });
  return createRun(client, {
    kind,
    entity,
    title,
    settings: { ...(settings as object), repeats: id },
    origin,
    notify,
  });
}

function readImportSettings({ id, kind, settings }: Run): ImportSettings {
  if (kind === 'import' || kind === 'dry_run') return settings as ImportSettings;
  throw importError(105, { detail: `Run ${id} is of the kind ${kind}, no import.` });
}
