// What can be known to be wrong with a schedule before its first moment.
import type { Catalog } from '../../../engine/catalog/catalog.js';
import { findEntity } from '../../../engine/catalog/index.js';
import { readFormat } from '../../../engine/formats/index.js';
import { schedulesError } from '../../../engine/jobs/schedules/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { prepareExport } from '../export/export-request.js';
import { importError } from '../import/import-errors.js';
import { openMapping } from '../mappings/open-mapping.js';
import { checkAddress } from './import-from-address.js';
import { checkInsideRoots, checkPlace, type PlaceSettings } from './place.js';
import type { ExportSchedule, ImportSchedule } from './schedule-settings.js';
import type { ScheduleWish } from './schedules-services.js';

/** Throws what the first firing would throw: a place that is none of ours, an entity, mapping, format or field there isn't. */
export async function checkSchedule(
  db: Queryable,
  does: ScheduleWish['does'],
  catalog: Catalog,
  places: PlaceSettings,
): Promise<void> {
  if (does.kind === 'import') await checkImport(db, does.settings, catalog, places);
  else await checkExport(db, does.settings, catalog, places);
}

async function checkImport(
  db: Queryable,
  settings: ImportSchedule,
  catalog: Catalog,
  places: PlaceSettings,
): Promise<void> {
  const { from, call, done, failed } = settings;
  if (from.kind === 'address') {
    checkAddress(from.address, settings.headers, places.allow ?? []);
    if (done ?? failed)
      throw schedulesError(107, {
        detail: 'What an address gives can not be moved: leave --done and --failed out.',
      });
  } else {
    checkPlace(from, places);
  }
  if (call.filesFrom !== undefined) checkInsideRoots(call.filesFrom, places);
  if (call.format !== undefined) readFormat(call.format);
  const mapped =
    call.mapping === undefined
      ? undefined
      : (await openMapping(db, { ...call, mapping: call.mapping })).mapping.entity;
  const entity = call.entity ?? mapped;
  if (entity !== undefined) findEntity(catalog, entity);
  else
    throw importError(103, {
      detail: 'Nothing says which entity the files are for.',
      hint: 'Name it with --entity, or a mapping that does with --mapping.',
    });
}

/** Never opened: it is only looked whether the rest fits. */
const NOWHERE = { path: '' };

async function checkExport(
  db: Queryable,
  settings: ExportSchedule,
  catalog: Catalog,
  places: PlaceSettings,
): Promise<void> {
  const { to, call } = settings;
  checkPlace(to, places);
  await prepareExport(db, catalog, { ...call, target: NOWHERE });
  if (/[*?]/.test(to.path))
    throw schedulesError(107, {
      detail: `The name of an export holds no * or ?: ${to.path}.`,
      hint: 'It may hold {date}, {time}, {entity} and {schedule}.',
    });
}
