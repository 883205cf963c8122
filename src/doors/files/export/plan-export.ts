// What an export will read, settled before anything is opened.
import type { Catalog, Entity } from '../../../engine/catalog/catalog.js';
import { findEntity } from '../../../engine/catalog/entity-finder.js';
import type { TableFormat } from '../../../engine/formats/table-format.js';
import { exportColumns, type Mapping } from '../../../engine/mapping/index.js';
import {
  type Filter,
  planRead,
  type ReadPlan,
  type ReadRequest,
} from '../../../engine/records/read/index.js';

export interface ExportPlan {
  readonly entity: Entity;
  readonly header: readonly string[];
  readonly plan: ReadPlan;
}

/** The header and the statement. Throws CATALOG-…, MAPPING-202 and READ-2xx. */
export function planExport(request: {
  readonly catalog: Catalog;
  readonly mapping: Mapping;
  readonly filter?: Filter;
  readonly order?: ReadRequest['order'];
  readonly limit?: number;
  readonly format: TableFormat;
}): ExportPlan {
  const { catalog, mapping, filter, order, limit } = request;
  const entity = findEntity(catalog, mapping.entity);
  const columns = exportColumns(mapping, catalog);
  const plan = planRead(catalog, entity, {
    paths: columns.map((column) => column.path),
    // COPY takes no parameters.
    values: 'literals',
    arraysAsJson: request.format.nested === true,
    ...(filter ? { filter } : {}),
    ...(order ? { order } : {}),
    ...(limit === undefined ? {} : { limit }),
  });
  return { entity, header: columns.map((column) => column.header), plan };
}
