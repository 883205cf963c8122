// From an export as it was asked for to one that can be made: every name in it is held against the catalog first.
import { type Catalog, type Entity, findEntity } from '../../../engine/catalog/index.js';
import { readFormat } from '../../../engine/formats/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import { toExportMapping, withLabels } from '../../../engine/mapping/index.js';
import { readWhere } from '../../../engine/records/read/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { openMapping } from '../mappings/open-mapping.js';
import type { ExportRequest } from './export-entity.js';
import { exportError } from './export-errors.js';
import { readOrder } from './export-order.js';
import type { ExportTarget } from './export-target.js';
import { planExport } from './plan-export.js';

/** Of an `ExportCall`, what says which export it is. */
export interface ExportQuestion {
  readonly entity: string;
  readonly where?: string;
  readonly fields?: readonly string[];
  readonly order?: readonly string[];
  readonly limit?: number;
  readonly header?: 'names' | 'labels';
  readonly mapping?: string;
  readonly mappingName?: string;
  readonly text?: string;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  readonly full: boolean;
  readonly target: ExportTarget;
}

/** Throws CATALOG-…, MAPPING-…, READ-… and FORMATS-… for what can't be exported so; nothing is opened. */
export async function prepareExport(
  db: Queryable,
  catalog: Catalog,
  call: ExportQuestion,
): Promise<{ readonly entity: Entity; readonly request: ExportRequest }> {
  const entity = findEntity(catalog, call.entity);
  refuseExport(entity);
  const format = readFormat(call.format);
  const wish = { full: call.full || entity.full, nested: format.nested === true };
  const plain = () => toExportMapping(catalog, entity, call.fields ? { ...wish, fields: call.fields } : wish);
  const { mapping: path } = call;
  // As in an import, a mapping made for another entity is held against the one that was asked for.
  const mapping =
    path === undefined
      ? plain()
      : { ...(await openMapping(db, { ...call, mapping: path })).mapping, entity: entity.name };
  const request = {
    catalog,
    mapping:
      call.header === 'labels' && call.mapping === undefined ? withLabels(catalog, entity, mapping) : mapping,
    format,
    options: call.formatOptions,
    target: call.target,
    ...(call.where === undefined ? {} : { filter: readWhere(call.where) }),
    ...(call.order === undefined ? {} : { order: readOrder(call.order) }),
    ...(call.limit === undefined ? {} : { limit: call.limit }),
  };
  await planExport(db, request);
  return { entity, request };
}

/** Throws EXPORT-110 if the caller may export none of the entity's records. */
function refuseExport({ name, access }: Entity): void {
  if (access?.export !== 'none') return;
  throw exportError(110, {
    detail: `The roles of who asks don't allow to export ${name}.`,
    pointer: { entity: name },
  });
}
