// Saved exports for people: the list, and one of them whole.
import type { SavedExport } from '../../doors/files/export/saved-exports.js';
import { momentText } from '../terminal/number-text.js';
import type { Style } from '../terminal/terminal-style.js';
import { toTable } from '../terminal/terminal-table.js';
import type { ViewOptions } from './view-options.js';

export function toSavedListLines(exports: readonly SavedExport[], options: ViewOptions): string[] {
  if (exports.length === 0) return ['No saved exports yet. `dovetail exports save NAME ENTITY …` saves one.'];
  return toTable(
    [
      { title: 'name', shrinks: false },
      { title: 'entity' },
      { title: 'format', shrinks: false },
      { title: 'where' },
      { title: 'version', align: 'right', shrinks: false },
      { title: 'saved', shrinks: false },
    ],
    exports.map(({ name, entity, body, version, changedAt }) => [
      name,
      entity,
      body.format,
      body.where ?? '',
      String(version),
      momentText(changedAt),
    ]),
    options,
  );
}

export function toSavedExportLines(
  saved: SavedExport,
  trouble: { readonly code: string; readonly detail: string; readonly hint?: string | undefined } | undefined,
  style: Style,
): string[] {
  const { body } = saved;
  const options = Object.entries(body.formatOptions).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`,
  );
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['entity', saved.entity],
    ['where', body.where],
    ['fields', body.fields?.join(', ')],
    ['order', body.order?.join(', ')],
    ['limit', body.limit?.toString()],
    ['headers', body.header],
    ['format', [body.format, ...options].join(' ')],
    ['full', body.full ? 'yes' : undefined],
    ['version', `${saved.version}, saved ${momentText(saved.changedAt)} by ${saved.changedBy.id}`],
  ];
  return [
    style.bold(saved.name),
    ...rows.flatMap(([name, value]) => (value === undefined ? [] : [`  ${name.padEnd(8)} ${value}`])),
    ...(trouble ? ['', style.red(`${trouble.code}  ${trouble.detail}`), `  ${trouble.hint ?? ''}`] : []),
  ];
}
