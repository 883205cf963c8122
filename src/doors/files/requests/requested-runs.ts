// Imports and exports that somebody far away asks for: everything is decided here, before the run is made; a worker does it. No path comes
// from the request, and the run is held to the rights of whoever asks.
import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Caller } from '../../../engine/access/index.js';
import { readFormat } from '../../../engine/formats/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import { createRun } from '../../../engine/pipeline/index.js';
import { readCatalogOf, toStarter } from '../caller-catalog.js';
import { prepareExport } from '../export/export-request.js';
import type { ExportSettings } from '../export/export-settings.js';
import { type DoorParts, NOBODY_KNOWN, refuseToAnswer } from '../files-rooms.js';
import type { ImportCall } from '../import/import-call.js';
import { importError } from '../import/import-errors.js';
import { IMPORT_TASK } from '../import/import-runner.js';
import { type InspectCall, inspectSource, type SourceReport } from '../import/inspect-source.js';
import type { RunReport } from '../import/run-report.js';
import { splitName } from '../mappings/open-mapping.js';
import { suggestMapping } from '../mappings/suggest-mapping.js';
import { checkOwn } from '../own-runs.js';
import { openExport, type RunFile } from './execute-export.js';

/** Which mapping: a saved one by name, or the text of one. */
interface MappingChoice {
  readonly mapping?: string;
  readonly mappingText?: string;
}

type ImportSettingsSaid = Pick<
  ImportCall,
  | 'entity'
  | 'strategy'
  | 'identity'
  | 'empty'
  | 'onDuplicate'
  | 'create'
  | 'maxErrors'
  | 'removalLimit'
  | 'member'
  | 'format'
  | 'formatOptions'
  | 'spelling'
  | 'undoRows'
  | 'notify'
  | 'onError'
  | 'dryRun'
>;

export type ImportRequest = ImportSettingsSaid &
  MappingChoice & { readonly caller: Caller; readonly upload: UploadedSource; readonly signal: AbortSignal };

/** A file that was uploaded, where it lies on this machine. */
export interface UploadedSource {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

export type ExportWanted = Pick<
  ExportSettings,
  'where' | 'fields' | 'order' | 'limit' | 'header' | 'format'
> &
  MappingChoice & {
    readonly caller: Caller;
    readonly entity: string;
    readonly formatOptions: FormatOptions;
    readonly full: boolean;
    readonly notify?: readonly string[];
  };

export type InspectRequest = Pick<
  InspectCall,
  'format' | 'formatOptions' | 'spelling' | 'entity' | 'rows' | 'signal'
> & {
  readonly caller: Caller;
  readonly upload: UploadedSource;
  /** True: with a mapping for the entity, which must be named. */
  readonly suggest?: boolean;
};

/** `mapping`: a suggestion, as YAML. */
export type InspectReport = SourceReport & { readonly mapping?: string };

export interface RequestedRuns {
  /** The new run's id; of a dry run one that writes nothing. Throws as `import` does before it writes. */
  queueImport(request: ImportRequest): Promise<string>;
  /** The new run's id. Throws as `export` does before it writes. */
  queueExport(wanted: ExportWanted): Promise<string>;
  /** For whoever asked for it: the records in it are those that they may see. Throws FILES-181, and PIPELINE-101 for a run of others. */
  openExport(id: string, caller: Caller): Promise<RunFile>;
  inspectUpload(request: InspectRequest): Promise<InspectReport>;
}

export function createRequestedRuns(
  rooms: DoorParts,
  importFile: (call: ImportCall) => Promise<RunReport>,
): RequestedRuns {
  const { database, spoolFolder } = rooms;

  /** The run's own copy of an upload, which others may be made of too: another name of the same file, where the disk can do that. */
  async function keepUpload({ path, sha256, size }: UploadedSource) {
    await mkdir(spoolFolder, { recursive: true, mode: 0o700 });
    const own = join(spoolFolder, randomUUID());
    await link(path, own).catch(() => copyFile(path, own, constants.COPYFILE_FICLONE));
    return { path: own, sha256, size };
  }

  return {
    async queueImport({ upload, mapping, mappingText, ...said }) {
      const choice = toMappingWish(mapping, mappingText);
      const kept = await keepUpload(upload);
      const call: ImportCall = {
        ...said,
        ...choice,
        source: { kept, name: upload.name },
        upload: upload.id,
        probe: false,
        background: true,
        onProgress: () => {},
        confirmRemoval: refuseToAnswer,
      };
      try {
        return (await importFile(call)).run!;
      } catch (error) {
        await rm(kept.path, { force: true });
        throw error;
      }
    },

    async queueExport({ caller, mapping, mappingText, entity: named, notify, ...said }) {
      for (const to of notify ?? []) rooms.checkNotify?.(to);
      const choice = toMappingWish(mapping, mappingText);
      const settings: ExportSettings = { ...said, ...choice, requested: true };
      const known = await readCatalogOf(rooms, { caller }, 'export');
      const call = { ...said, ...choice, entity: named, target: { path: 'export' } };
      const { entity } = await prepareExport(database, known, call);
      const { extensions, name } = readFormat(said.format);
      const title = `${entity.name}.${extensions[0] ?? name}`;
      const origin = toStarter({ caller }, NOBODY_KNOWN);
      return database.transaction(async (client) => {
        const wish = { kind: 'export', entity: entity.name, title, settings, origin, notify } as const;
        const run = await createRun(client, wish);
        await rooms.enqueue(client, IMPORT_TASK, { run });
        return run;
      });
    },

    async openExport(id, caller) {
      await checkOwn(database, id, caller);
      return openExport(rooms, id);
    },

    async inspectUpload({ upload, caller, suggest = false, ...call }) {
      const kept = await keepUpload(upload);
      const source = { kept, name: upload.name };
      const known = await readCatalogOf(rooms, { caller });
      const report = await inspectSource({ ...call, source, caller }, known, spoolFolder).finally(() =>
        rm(kept.path, { force: true }),
      );
      if (!suggest || call.entity === undefined) return report;
      const columns = report.columns.map(({ column }) => column);
      const wish = { entity: call.entity, columns, source: upload.name };
      return { ...report, mapping: (await suggestMapping(database, known, wish)).text };
    },
  };
}

/** Never a path: what can't be the name of a saved mapping is none. Throws FILES-109. */
function toMappingWish(mapping: string | undefined, mappingText: string | undefined) {
  if (mappingText !== undefined) return { mapping: '', text: mappingText };
  if (mapping === undefined) return {};
  if (splitName(mapping).name !== undefined) return { mapping: '', mappingName: mapping };
  throw importError(109, {
    detail: `'${mapping.slice(0, 100)}' is no name of a saved mapping.`,
    pointer: { member: '/data/attributes/mapping' },
  });
}
