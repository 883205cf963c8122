// What can be known to be wrong with a schedule before its first moment.
import type { Catalog } from '../../../engine/catalog/catalog.js';
import { findEntity } from '../../../engine/catalog/index.js';
import { readFormat } from '../../../engine/formats/index.js';
import { schedulesError } from '../../../engine/jobs/schedules/index.js';
import { readMappingFile, toExportMapping } from '../../../engine/mapping/index.js';
import { readWhere } from '../../../engine/records/read/index.js';
import { planExport } from '../export/plan-export.js';
import { importError } from '../import/import-errors.js';
import { checkAddress } from './import-from-address.js';
import { openPlace, type PlaceSettings } from './place.js';
import type { ExportSchedule, ImportSchedule } from './schedule-settings.js';
import type { ScheduleWish } from './schedules-services.js';

/** Throws what the first firing would throw: a place that is none of ours, an entity, mapping, format or field there isn't. */
export async function checkSchedule(
  does: ScheduleWish['does'],
  catalog: Catalog,
  places: PlaceSettings,
): Promise<void> {
  if (does.kind === 'import') await checkImport(does.settings, catalog, places);
  else await checkExport(does.settings, catalog, places);
}

async function checkImport(settings: ImportSchedule, catalog: Catalog, places: PlaceSettings): Promise<void> {
  const { from, call, done, failed } = settings;
  if (from.kind === 'address') {
    checkAddress(from.address, settings.headers, places.allow ?? []);
    if (done ?? failed)
      throw schedulesError(107, {
        detail: 'What an address gives can not be moved: leave --done and --failed out.',
      });
  } else {
    await (await openPlace(from, places)).storage.close();
  }
  if (call.format !== undefined) readFormat(call.format);
  const mapped =
    call.mapping === undefined ? undefined : (await readMappingFile(call.mapping)).mapping.entity;
  const entity = call.entity ?? mapped;
  if (entity !== undefined) findEntity(catalog, entity);
  else
    throw importError(103, {
      detail: 'Nothing says which entity the files are for.',
      hint: 'Name it with --entity, or a mapping that does with --mapping.',
    });
}

async function checkExport(settings: ExportSchedule, catalog: Catalog, places: PlaceSettings): Promise<void> {
  const { to, call } = settings;
  await (await openPlace(to, places)).storage.close();
  const format = readFormat(call.format);
  const entity = findEntity(catalog, call.entity);
  const wish = {
    full: call.full,
    nested: format.nested === true,
    ...(call.fields ? { fields: call.fields } : {}),
  };
  const mapping =
    call.mapping === undefined
      ? toExportMapping(catalog, entity, wish)
      : (await readMappingFile(call.mapping)).mapping;
  planExport({
    catalog,
    mapping,
    format,
    ...(call.where === undefined ? {} : { filter: readWhere(call.where) }),
  });
  if (/[*?]/.test(to.path))
    throw schedulesError(107, {
      detail: `The name of an export holds no * or ?: ${to.path}.`,
      hint: 'It may hold {date}, {time}, {entity} and {schedule}.',
    });
}
