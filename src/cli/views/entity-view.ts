// One entity explained: fields, relations, identity, and what an import will accept.
import type { EntityDescription, FieldDescription } from '../../engine/catalog/index.js';
import { countText } from '../terminal/number-text.js';
import { toPairs, toTable } from '../terminal/terminal-table.js';
import { toPrintable } from '../terminal/text-width.js';
import type { ViewOptions } from './view-options.js';

export function toEntityLines(entity: EntityDescription, options: ViewOptions): string[] {
  const { style } = options;
  const table = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
    toTable(
      titles.map((title, i) => ({ title, shrinks: i > 0 })),
      rows,
      { ...options, indent: '  ', wrap: true },
    );
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', style.bold(title), ...lines];
  const names = (fields: readonly string[]) => fields.join(', ');

  return [
    `${style.bold(entity.name)}  ${style.dim(`${entity.label}, ${entity.kind} ${entity.table}`)}`,
    ...(entity.description === undefined ? [] : [toPrintable(entity.description)]),
    '',
    ...toPairs(
      [
        [
          'identity',
          `${names(entity.identity.fields) || 'none'}${entity.identity.reason ? ` (${entity.identity.reason})` : ''}`,
        ],
        [
          'rows',
          entity.estimatedRows === undefined ? 'not counted yet' : `about ${countText(entity.estimatedRows)}`,
        ],
        ['import', entity.writable ? strategyText(entity) : `no: ${entity.readOnlyReason ?? 'read-only'}`],
      ],
      { style },
    ),
    ...section(
      'Fields',
      table(
        ['field', 'type', 'needed', 'an import accepts', 'description'],
        entity.fields.map((field) => [
          field.name,
          field.type,
          field.required ? 'yes' : '',
          field.accepts ?? `– ${field.readOnlyReason ?? 'read-only'}`,
          fieldRemark(field),
        ]),
      ),
    ),
    ...section(
      'Relations',
      entity.relations.length === 0
        ? []
        : table(
            ['relation', 'leads to', 'by', 'in an import'],
            entity.relations.map((relation) => [
              relation.name,
              `${relation.leadsTo === 'one' ? '' : `${relation.leadsTo} `}${relation.entity}`,
              relation.through,
              names(relation.importBy ?? []),
            ]),
          ),
    ),
    ...section(
      'Unique keys',
      entity.uniqueKeys.map((key) => `  ${names(key.fields)}${key.note ? style.dim(`  ${key.note}`) : ''}`),
    ),
    ...section(
      'Checks',
      entity.checks.map((check) => `  ${check.expression}  ${style.dim(check.name)}`),
    ),
    ...section(
      'Rules',
      entity.rules.map((rule) => `  ${rule}`),
    ),
    ...section(
      'Good to know',
      entity.notes.map((note) => `  ${note}`),
    ),
  ];
}

function strategyText(entity: EntityDescription): string {
  const possible = entity.strategies.filter((strategy) => strategy.possible).map((strategy) => strategy.name);
  const not = entity.strategies.filter((strategy) => !strategy.possible);
  const reason = not[0]?.why;
  return `${possible.join(', ') || 'no strategy'}${
    not.length === 0
      ? ''
      : `; not ${not.map((strategy) => strategy.name).join(', ')}${reason ? `: ${reason}` : ''}`
  }`;
}

function fieldRemark(field: FieldDescription): string {
  return [
    field.header === field.name || field.header === field.label ? '' : `header "${field.header}"`,
    // Comments of columns are sentences as often as not.
    field.description?.replace(/\.$/, '') ?? '',
    field.default === undefined ? '' : `default ${field.default}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}
