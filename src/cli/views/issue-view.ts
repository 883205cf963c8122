// Errors and warnings of rows: grouped by kind, so that ten thousand equal ones read as one.

import type { IssueGroup } from '../../doors/files/import/run-report.js';
import type { RunIssue } from '../../engine/pipeline/run.js';
import { countText } from '../terminal/number-text.js';
import { toTable } from '../terminal/terminal-table.js';
import { toPrintable } from '../terminal/text-width.js';
import type { ViewOptions } from './view-options.js';

export function toIssueLines(
  groups: readonly IssueGroup[],
  severity: 'error' | 'warning',
  options: ViewOptions,
): string[] {
  const { style } = options;
  const paint = severity === 'error' ? style.red : style.yellow;
  return groups.flatMap((group) => [
    '',
    `${paint(style.bold(`${countText(group.count)} ×`))} ${style.bold(toPrintable(group.title))}  ${style.dim(group.code)}`,
    ...group.first.map((issue) => {
      // A hint that all have in common stands once, below.
      const hint =
        group.hint === undefined && issue.hint !== undefined ? ` ${style.cyan(toPrintable(issue.hint))}` : '';
      return `    ${issuePlace(issue)}: ${toPrintable(issue.message)}${hint}`;
    }),
    ...(group.count > group.first.length
      ? [style.dim(`    … and ${countText(group.count - group.first.length)} more`)]
      : []),
    ...(group.hint === undefined ? [] : [`    ${style.cyan('→')} ${toPrintable(group.hint)}`]),
  ]);
}

/** `line 12, column "Price"`; without a line, the record's number. */
function issuePlace(issue: RunIssue): string {
  const parts = [
    issue.line !== undefined ? `line ${issue.line}` : issue.row !== undefined ? `row ${issue.row}` : '',
    issue.column !== undefined
      ? `column "${toPrintable(issue.column)}"`
      : issue.field !== undefined
        ? issue.field
        : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'whole run' : parts.join(', ');
}

/** One table row per issue, for `runs errors`. */
export function toIssueTable(issues: readonly RunIssue[], options: ViewOptions): string[] {
  return toTable(
    [
      { title: 'line', align: 'right', shrinks: false },
      { title: 'column' },
      { title: 'value' },
      { title: 'code', shrinks: false },
      { title: 'message' },
      { title: 'hint' },
    ],
    issues.map((issue) => [
      String(issue.line ?? issue.row ?? ''),
      issue.column ?? issue.field ?? '',
      issue.value ?? '',
      issue.code,
      issue.message,
      issue.hint ?? '',
    ]),
    options,
  );
}
