// What an export will read, settled before anything is opened.
import type { Catalog, Entity } from '../../../engine/catalog/catalog.js';
import { findEntity } from '../../../engine/catalog/entity-finder.js';
import type { TableFormat } from '../../../engine/formats/table-format.js';
import {
  exportColumns,
  isRich,
  listOpenParts,
  type Mapping,
  type PartExtent,
  planMappedExport,
} from '../../../engine/mapping/index.js';
import {
  type Filter,
  planPartExtent,
  planRead,
  type ReadColumn,
  type ReadPlan,
  type ReadRequest,
} from '../../../engine/records/read/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { TextRow } from './copy-rows.js';

export interface ExportPlan {
  readonly entity: Entity;
  readonly header: readonly string[];
  readonly plan: ReadPlan;
  /** By column of the header: the column read that stands there; undefined for what the mapping makes. */
  readonly written: readonly (ReadColumn | undefined)[];
  /** The rows that a record becomes, where the mapping does more than pass columns on. */
  readonly reshape?: (values: TextRow) => readonly TextRow[];
}

export interface PlanRequest {
  readonly catalog: Catalog;
  readonly mapping: Mapping;
  readonly filter?: Filter;
  readonly order?: ReadRequest['order'];
  readonly limit?: number;
  readonly format: TableFormat;
}

/** The header and the statement. Asks `db` how many columns there must be, if that depends on the records. Throws CATALOG-…, MAPPING-2xx and READ-2xx. */
export async function planExport(db: Queryable, request: PlanRequest): Promise<ExportPlan> {
  const { catalog, mapping, filter, order, limit } = request;
  const entity = findEntity(catalog, mapping.entity);
  const reading = {
    // COPY takes no parameters.
    values: 'literals',
    arraysAsJson: request.format.nested === true,
    ...(filter ? { filter } : {}),
    ...(order ? { order } : {}),
    ...(limit === undefined ? {} : { limit }),
  } as const;
  if (!isRich(mapping)) {
    const columns = exportColumns(mapping, catalog);
    const plan = planRead(catalog, entity, { ...reading, paths: columns.map((column) => column.path) });
    return { entity, header: columns.map((column) => column.header), plan, written: plan.columns };
  }
  const mapped = planMappedExport(mapping, catalog, await readExtents(db, request, entity));
  const plan = planRead(catalog, entity, { ...reading, paths: mapped.paths, parts: mapped.parts });
  return {
    entity,
    header: mapped.header,
    plan,
    written: mapped.plain.map((i, column) =>
      i === undefined ? (mapped.json[column] ? MADE_JSON : undefined) : plan.columns[i],
    ),
    reshape: mapped.toRows,
  };
}

const MADE_JSON: ReadColumn = { path: [], json: 'json', nullable: true };

async function readExtents(
  db: Queryable,
  { catalog, mapping, filter }: PlanRequest,
  entity: Entity,
): Promise<ReadonlyMap<string, PartExtent>> {
  const extents = new Map<string, PartExtent>();
  for (const part of listOpenParts(mapping)) {
    const sql = planPartExtent(catalog, entity, part, filter);
    const result = await db.query<{ most: number; values: string[] }>(sql);
    const { most, values } = result.rows[0]!;
    extents.set(part.name, { most: Number(most), values });
  }
  return extents;
}
