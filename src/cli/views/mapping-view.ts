// Saved mappings as a table, and what a check found.
import type { MappingReport } from '../../doors/files/mappings/mapping-calls.js';
import type { SavedMapping } from '../../engine/mapping/index.js';
import type { Style } from '../terminal/terminal-style.js';
import { toTable } from '../terminal/terminal-table.js';
import { toPrintable } from '../terminal/text-width.js';
import type { ViewOptions } from './view-options.js';

export function toMappingLines(mappings: readonly SavedMapping[], options: ViewOptions): string[] {
  if (mappings.length === 0) return ['No mapping is saved. Save one: dovetail mapping save FILE'];
  return toTable(
    [
      { title: 'name' },
      { title: 'version', align: 'right', shrinks: false },
      { title: 'entity' },
      { title: 'saved', shrinks: false },
      { title: 'by' },
      { title: 'note' },
    ],
    mappings.map((mapping) => [
      mapping.name,
      String(mapping.version),
      mapping.entity,
      mapping.createdAt.toISOString().slice(0, 16).replace('T', ' '),
      mapping.createdBy,
      mapping.note ?? '',
    ]),
    options,
  );
}

export function toCheckLines(report: MappingReport, style: Style): string[] {
  const place = (line: number | undefined): string => (line === undefined ? '' : `line ${line}: `);
  const problems = report.problems.flatMap(({ code, detail, hint, pointer }) => [
    `  ${place(pointer?.line)}${toPrintable(detail)}${hint === undefined ? '' : ` ${style.cyan(toPrintable(hint))}`}  ${style.dim(code)}`,
  ]);
  const gaps = report.importOnly.map(
    ({ field, why, line }) => `  ${place(line)}${toPrintable(field)} is only imported: ${toPrintable(why)}.`,
  );
  const others = [
    ...report.warnings,
    ...(report.unmatched.length > 0
      ? [`Columns that nothing is done with: ${report.unmatched.join(', ')}.`]
      : []),
  ];
  return [
    problems.length === 0
      ? `${style.green('Fits')}  ${toPrintable(report.name)} → ${report.entity}`
      : `${style.red(`${problems.length} wrong`)}  ${toPrintable(report.name)} → ${report.entity}`,
    ...problems,
    ...gaps.map((line) => style.yellow(line)),
    ...others.map((line) => style.yellow(`  ${toPrintable(line)}`)),
  ];
}
