// The list of entities, one line each.
import type { Entity } from '../../engine/catalog/catalog.js';
import { countText } from '../terminal/number-text.js';
import { toTable } from '../terminal/terminal-table.js';
import type { ViewOptions } from './view-options.js';

/** `leftOut` as the catalog has it: why tables are not among the entities. */
export function toEntityListLines(
  entities: readonly Entity[],
  leftOut: ReadonlyMap<string, string>,
  options: ViewOptions,
): string[] {
  if (entities.length === 0 && leftOut.size > 0) {
    const reasons = [...new Set(leftOut.values())];
    return [
      `No table of the ${countText(leftOut.size)} in this database can be shown: ${reasons.join('; ')}.`,
      '`dovetail init --plan` prints the rights that are missing, if that is why.',
    ];
  }
  if (entities.length === 0) {
    return [
      'No tables of an application are in this database. `dovetail demo` brings a shop to try things on.',
    ];
  }
  return toTable(
    [
      { title: 'entity', shrinks: false },
      { title: 'kind', shrinks: false },
      { title: 'fields', align: 'right', shrinks: false },
      { title: 'rows', align: 'right', shrinks: false },
      { title: 'identity' },
      { title: 'doors', shrinks: false },
      { title: 'description' },
    ],
    entities.map((entity) => [
      entity.name,
      entity.kind,
      String(entity.fields.length),
      entity.estimatedRows === undefined ? '' : `~${countText(entity.estimatedRows)}`,
      entity.identity.join(', ') || '–',
      entity.writable ? 'in, out' : 'out',
      entity.description ?? '',
    ]),
    options,
  );
}

/** The entity for `--json` in a list: without fields and relations, which `entities show` gives. */
export function toEntityDocument(entity: Entity): object {
  return {
    name: entity.name,
    label: entity.label,
    schema: entity.schema,
    table: entity.table,
    kind: entity.kind,
    fields: entity.fields.map((field) => field.name),
    identity: entity.identity,
    writable: entity.writable,
    ...(entity.readOnlyReason === undefined ? {} : { readOnlyReason: entity.readOnlyReason }),
    ...(entity.estimatedRows === undefined ? {} : { estimatedRows: entity.estimatedRows }),
    ...(entity.description === undefined ? {} : { description: entity.description }),
  };
}
