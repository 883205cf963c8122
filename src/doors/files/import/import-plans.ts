// How an import maps and writes, made of its settings: the same at every resume.
import { type Catalog, findEntity } from '../../../engine/catalog/index.js';
import {
  type BoundTransform,
  bindMapping,
  bindTransform,
  isRich,
  listSourceColumns,
  type Mapping,
} from '../../../engine/mapping/index.js';
import {
  type Origin,
  type PartPlan,
  planPart,
  planWrite,
  type WritePlan,
} from '../../../engine/records/index.js';
import type { ImportSettings } from './import-settings.js';
import { hasMappingHooks } from './mapping-hooks.js';

export interface ImportPlans {
  readonly plan: WritePlan;
  /** Records that are written with those they belong to; in the order of the batches' parts. */
  readonly parts: readonly PartPlan[];
  /** By column of the targets: the source's column it is passed on from, unchanged. */
  readonly passedOn: readonly (string | undefined)[];
  /** Absent: the source's batches go to the write path as they are. */
  readonly transform?: BoundTransform;
  /** In plain words, for the user. */
  readonly warnings: readonly string[];
}

/** The columns that the mapping is bound to: the source's, or what its records have once they are reshaped. */
export const mappedColumns = (mapping: Mapping, columns: readonly string[]): readonly string[] =>
  mapping.documents === undefined ? columns : listSourceColumns(mapping);

/** Binds the settings to the catalog. Throws MAPPING-2xx and 3xx, RECORDS-1xx. */
export function plansFor(settings: ImportSettings, catalog: Catalog, origin: Origin): ImportPlans {
  // What the run says about empty cells wins over what the mapping says as a whole, never over what it says of a field.
  const mapping = { ...settings.mapping, empty: settings.empty };
  const columns = mappedColumns(mapping, settings.source.columns);
  const entity = findEntity(catalog, settings.entity);
  const options = {
    lenient: true,
    ...(settings.spelling === undefined ? {} : { spelling: settings.spelling }),
    ...(settings.detectedSpellings === undefined ? {} : { detected: settings.detectedSpellings }),
  };
  const transform =
    isRich(mapping) || hasMappingHooks(entity)
      ? bindTransform(mapping, catalog, columns, { ...options, identity: settings.identity })
      : undefined;
  const bound = transform ?? bindMapping(mapping, catalog, columns, options);
  const plan = planWrite({
    catalog,
    entity,
    targets: bound.targets,
    strategy: settings.strategy,
    identity: settings.identity,
    onDuplicate: settings.onDuplicate,
    create: [...new Set([...bound.create, ...settings.create])],
    writers: settings.writers,
    origin,
    ...(settings.batch === undefined ? {} : { keepsResults: 'row' as const }),
    ...(settings.batch?.keyDrawn === true ? { keyDrawn: true } : {}),
  });
  const parts = (transform?.parts ?? []).map((part) =>
    planPart({
      catalog,
      entity: part.relation.entity,
      name: part.name,
      targets: part.targets,
      identity: part.identity,
      create: part.create,
      missing: part.part.missing ?? 'keep',
      fields: part.relation.fields,
      ownerFields: part.relation.ownerFields,
      origin,
    }),
  );
  const passedOn = transform
    ? transform.programs.map(({ copies }) => (typeof copies === 'number' ? columns[copies] : undefined))
    : columns;
  return { plan, parts, passedOn, warnings: bound.warnings, ...(transform ? { transform } : {}) };
}
