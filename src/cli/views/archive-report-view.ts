// The reports of several runs from one zip file, and what they come to, drawn for people.
import type { ArchiveReport } from '../../doors/files/import/import-archive.js';
import { countOf, countText } from '../terminal/number-text.js';
import { toTable } from '../terminal/terminal-table.js';
import { toPrintable } from '../terminal/text-width.js';
import { toReportLines } from './run-report-view.js';
import type { ViewOptions } from './view-options.js';

export function toArchiveLines(report: ArchiveReport, options: ViewOptions): string[] {
  const rows = report.runs.map(({ title, entity, counters }) => [
    toPrintable(title.slice(report.archive.length + 1)),
    entity,
    countText(counters.read),
    countText(counters.added),
    countText(counters.updated),
    countText(counters.unchanged),
    countText(counters.failed),
  ]);
  return [
    ...report.runs.flatMap((run) => [...toReportLines(run, options), '']),
    `${options.style.bold(toPrintable(report.archive))}  ${countOf(report.runs.length, 'table')}`,
    ...toTable(
      [
        { title: 'file' },
        { title: 'entity' },
        ...['read', 'added', 'updated', 'unchanged', 'failed'].map((title) => ({
          title,
          align: 'right' as const,
        })),
      ],
      rows,
      { ...options, indent: '  ' },
    ),
    ...(report.left.length > 0
      ? [options.style.yellow(`  not tried: ${report.left.map(toPrintable).join(', ')}`)]
      : []),
  ];
}
