// Exports as the door offers them: one entity, several, a template to fill, and those that are saved under a name.
import { findEntity } from '../../../engine/catalog/index.js';
import { readFormat } from '../../../engine/formats/index.js';
import type { Origin } from '../../../engine/records/index.js';
import { readCatalogOf, toStarter } from '../caller-catalog.js';
import { openFieldStorage } from '../file-fields/open-file-step.js';
import { type DoorParts, NOBODY_KNOWN } from '../files-rooms.js';
import type {
  ArchiveExportCall,
  ExportCall,
  ExportReport,
  TemplateCall,
  TemplateReport,
} from '../files-services.js';
import { openMapping } from '../mappings/open-mapping.js';
import { writeTemplate } from '../template/write-template.js';
import { exportArchive } from './export-archive.js';
import { exportEntity } from './export-entity.js';
import { prepareExport } from './export-request.js';
import { recordExport } from './record-export.js';
import {
  deleteSavedExport,
  findDecay,
  readSavedExport,
  readSavedExports,
  type SavedBody,
  type SavedExport,
  saveExport,
} from './saved-exports.js';

export function createExportServices(rooms: DoorParts) {
  const { database, catalog } = rooms;

  async function exportFile(call: ExportCall, firing?: string): Promise<ExportReport> {
    const begun = Date.now();
    for (const to of call.notify ?? []) rooms.checkNotify?.(to);
    // Refused before it is a run.
    const origin = toStarter(call, NOBODY_KNOWN);
    const known = await readCatalogOf(rooms, call, 'export');
    const { entity, request } = await prepareExport(database, known, call);
    const about = { entity: entity.name, origin, notify: call.notify, firing, onEnd: rooms.tellOfEnd };
    return recordExport(database, about, call, async (run, signal, note) => {
      const result = await exportEntity(database, {
        ...request,
        signal,
        onProgress: (at) => {
          note(at);
          call.onProgress({ phase: 'exporting', ...at });
        },
      });
      await call.deliver?.put();
      const { rows, bytes, columns } = result;
      const file = call.deliver?.as ?? result.file;
      const seconds = (Date.now() - begun) / 1000;
      const known = { ...(run === undefined ? {} : { run }), ...(file === undefined ? {} : { file }) };
      return { entity: entity.name, rows, bytes, columns, seconds, ...known };
    });
  }

  async function template(call: TemplateCall): Promise<TemplateReport> {
    const known = await readCatalogOf(rooms, call, 'import');
    const mapping =
      call.mapping === undefined
        ? undefined
        : (await openMapping(database, { ...call, mapping: call.mapping })).mapping;
    const entity = findEntity(known, call.entity);
    const { fields, formatOptions: options, target, signal } = call;
    const result = await writeTemplate(database, {
      catalog: known,
      entity,
      format: readFormat(call.format),
      options,
      target,
      signal,
      ...(mapping ? { mapping } : {}),
      ...(fields ? { fields } : {}),
    });
    return { entity: entity.name, ...result, ...('path' in target ? { file: target.path } : {}) };
  }

  return {
    exportFile,
    services: {
      export: (call: ExportCall) => exportFile(call),
      exportArchive: async (call: ArchiveExportCall) =>
        exportArchive(database, await readCatalogOf(rooms, call, 'export'), call, (rule) =>
          openFieldStorage(rooms, rule),
        ),
      writeTemplate: template,
      saveExport: async (name: string, body: SavedBody, by: Origin = NOBODY_KNOWN) =>
        saveExport(database, await catalog.read(), name, body, by),
      readSavedExports: () => readSavedExports(database),
      readSavedExport: (name: string) => readSavedExport(database, name),
      findDecay: async (saved: SavedExport) => findDecay(database, await catalog.read(), saved),
      deleteSavedExport: (name: string) => deleteSavedExport(database, name),
    },
  } as const;
}
