// A run's report, or a plan before it, drawn for people.

import type { ImportPlan } from '../../doors/files/import/import-call.js';
import type { RunReport } from '../../doors/files/import/run-report.js';
import { countOf, countText, durationText, momentText } from '../terminal/number-text.js';
import type { Style } from '../terminal/terminal-style.js';
import { toPairs, toTable } from '../terminal/terminal-table.js';
import { cutText, toPrintable } from '../terminal/text-width.js';
import { toDifferenceLines } from './difference-view.js';
import { toIssueLines } from './issue-view.js';
import type { ViewOptions } from './view-options.js';

/** What is about to happen: what the source seems to be, and where each of its columns goes. */
export function toPlanLines(plan: ImportPlan, options: ViewOptions): string[] {
  const { style } = options;
  const taken = plan.columns.filter((column) => column.field !== undefined);
  const left = plan.columns.filter((column) => column.field === undefined);
  const columns = taken.map((column) => [column.column, '→', column.field!, column.reason ?? '']);
  return [
    `${style.bold(toPrintable(plan.source))}${plan.says.length > 0 ? `  ${style.dim(plan.says.join(', '))}` : ''}`,
    `into ${style.bold(plan.entity)}, ${plan.strategy.replaceAll('_', ' ')} by ${plan.identity.join(', ') || 'nothing'}` +
      (plan.run === undefined ? '' : style.dim(`, run ${plan.run}`)),
    '',
    ...(columns.length === 0
      ? []
      : toTable(
          [{ title: 'column' }, { title: '', shrinks: false }, { title: 'field' }, { title: 'because' }],
          columns,
          { ...options, indent: '  ' },
        )),
    ...left.map((column) =>
      style.yellow(`  left out: ${toPrintable(column.column)}${column.reason ? ` (${column.reason})` : ''}`),
    ),
    ...plan.warnings.map((warning) => style.yellow(`  ${toPrintable(warning)}`)),
    '',
  ];
}

/** How it went. */
export function toReportLines(report: RunReport, options: ViewOptions): string[] {
  const { style } = options;
  return [
    headline(report, style),
    ...counterLines(report, style),
    ...partLines(report, style),
    ...toIssueLines(report.errors, 'error', options),
    ...toIssueLines(report.warnings, 'warning', options),
    ...toDifferenceLines(report.differences ?? [], options),
    ...tailLines(report, options),
  ];
}

/** Whether it can be undone, for who looks at it later. */
export function toUndoLines({ run, undo, resumable }: RunReport, style: Style): string[] {
  if (undo?.state === 'undone')
    return ['', `Undone by run ${undo.by}: ${style.bold(`dovetail runs show ${undo.by}`)}`];
  if (undo?.state !== 'kept' || run === undefined || resumable) return [];
  return ['', `Take it back with: ${style.bold(`dovetail runs undo ${run}`)}`];
}

/** When and by whom it was started, for who looks at it later. */
export function toStartedLines({ startedBy, startedAt, schedule }: RunReport, style: Style): string[] {
  if (startedBy === undefined) return [];
  const when = startedAt === undefined ? '' : ` ${momentText(new Date(startedAt))}`;
  const by = toPrintable(`${startedBy.kind} ${startedBy.id}`);
  return [
    '',
    style.dim(`Started${when} by ${schedule === undefined ? by : `schedule ${schedule}, made by ${by}`}`),
  ];
}

function headline(report: RunReport, style: Style): string {
  const title = toPrintable(report.title);
  const names = {
    export: `${report.entity} → ${title}`,
    undo: `${title}, ${report.entity}`,
    import: `${title} → ${report.entity}`,
    sync: `${title} → ${report.entity}`,
    load: `${title} → ${report.entity}`,
    dry_run: `${title} → ${report.entity}`,
  };
  const name = names[report.kind];
  const run = report.run === undefined ? '' : `, run ${report.run}`;
  const seconds = report.seconds ?? 0;
  const rate =
    seconds > 0.2 && report.counters.read > 0 ? `, ${countText(report.counters.read / seconds)} rows/s` : '';
  const time = report.seconds === undefined ? '' : ` in ${durationText(seconds)}${rate}`;
  return `${stateText(report, style)}  ${name}${style.dim(`${run}${time}`)}`;
}

function stateText(report: RunReport, style: Style): string {
  if (report.dryRun) return style.bold(style.cyan('Dry run, nothing written'));
  if (report.interrupted) return style.bold(style.yellow('Interrupted'));
  switch (report.state) {
    case 'completed':
      return style.bold(style.green('Done'));
    case 'completed_with_errors':
      return style.bold(style.yellow('Done, with failed rows'));
    case 'queued':
      return style.bold(style.cyan('Queued'));
    case 'running':
      return style.bold(style.cyan('Running'));
    case 'cancelled':
      return style.bold(style.yellow('Cancelled'));
    case 'stopped':
      return style.bold(style.red('Stopped'));
    case 'failed':
      return style.bold(style.red('Failed'));
  }
}

function counterLines(report: RunReport, style: Style): string[] {
  const { counters } = report;
  if (report.state === 'queued') return [];
  if (report.kind === 'export') return [`  ${style.dim('exported')}  ${countText(counters.read)}`];
  const shown: readonly (readonly [string, number, (text: string) => string])[] = [
    ['read', counters.read, (text) => text],
    [report.dryRun ? 'would add' : 'added', counters.added, style.green],
    [report.dryRun ? 'would update' : 'updated', counters.updated, style.cyan],
    ['unchanged', counters.unchanged, (text) => text],
    [report.dryRun ? 'would delete' : 'deleted', counters.deleted, style.yellow],
    ['postponed', counters.postponed, style.yellow],
    ['failed', counters.failed, style.red],
    ...(counters.skipped > 0
      ? ([['skipped', counters.skipped, style.yellow]] as [string, number, (text: string) => string][])
      : []),
    ['warnings', counters.warnings, style.yellow],
  ];
  const width = Math.max(...shown.map(([, count]) => countText(count).length));
  return shown.map(([name, count, paint]) => {
    const text = countText(count).padStart(width);
    return `  ${style.dim(name.padEnd(12))}  ${count > 0 ? paint(text) : style.dim(text)}`;
  });
}

/** Records that were written with those they belong to, a line for each kind. */
function partLines(report: RunReport, style: Style): string[] {
  return Object.entries(report.parts ?? {}).map(([name, counts]) => {
    const said = Object.entries(counts).filter(([, count]) => count > 0);
    const words = said.map(([word, count]) => `${countText(count)} ${word}`).join(', ');
    return `  ${style.dim(toPrintable(name).padEnd(12))}  ${words === '' ? 'nothing' : words}`;
  });
}

function tailLines(report: RunReport, options: ViewOptions): string[] {
  const { style } = options;
  const lines: string[] = [];
  if (report.file !== undefined) lines.push(`  ${style.dim('file')}      ${toPrintable(report.file)}`);
  if (report.wouldRemove !== undefined) {
    lines.push(
      '',
      `Mirroring would remove ${countOf(report.wouldRemove, 'record')} that the source does not have.`,
    );
  }
  if (report.files !== undefined) lines.push(...fileLines(report.files));
  if (report.notChecked?.length) {
    lines.push('', style.bold('Not checked'), ...report.notChecked.map((check) => `  ${check}`));
  }
  if (report.failure !== undefined) {
    const pairs = [
      ['why', cut(report.failure.detail, options)],
      ...(report.failure.hint === undefined ? [] : [['do', report.failure.hint]]),
      ['code', report.failure.code],
    ] as [string, string][];
    lines.push('', ...toPairs(pairs, { style, indent: '  ' }));
  }
  if (report.issuesFile !== undefined) {
    const { count, file } = report.issuesFile;
    lines.push('', `${countText(count)} errors and warnings, one a line: ${style.bold(file)}`);
  } else if (
    report.dryRun &&
    [...report.errors, ...report.warnings].some((group) => group.count > group.first.length)
  ) {
    lines.push('', `See every error: do it again with ${style.bold('--errors-to FILE')}`);
  }
  if (report.failedRows !== undefined) {
    const { rows, file, stored, notStored } = report.failedRows;
    lines.push('', `${countOf(rows, 'failed row')} to mend and import again: ${style.bold(file)}`);
    if (stored !== undefined) lines.push(`  also as ${stored}`);
    if (notStored !== undefined) lines.push(`  not in the storage of run files: ${notStored}`);
  }
  if (report.undo?.state === 'given_up' || report.undo?.state === 'expired') {
    lines.push('', `It can't be undone: ${report.undo.why}.`);
  }
  if (report.run !== undefined && report.resumable) {
    lines.push('', `Go on with: ${style.bold(`dovetail runs resume ${report.run}`)}`);
  }
  if (report.run !== undefined && report.counters.failed > 0) {
    lines.push(`See every error: ${style.bold(`dovetail runs errors ${report.run}`)}`);
  }
  if (report.run !== undefined && report.state === 'queued') {
    lines.push(
      `A worker will take it (dovetail work). Follow it: ${style.bold(`dovetail runs show ${report.run}`)}`,
    );
  }
  return lines;
}

/** Of a dry run: which files would come from where. */
function fileLines({ checked, toFetch, toAsk, firstToFetch }: NonNullable<RunReport['files']>): string[] {
  const said = [
    ...(checked > 0 ? [`${countOf(checked, 'file')} checked`] : []),
    ...(toFetch > 0 ? [`${countText(toFetch)} would be fetched`] : []),
    ...(toAsk > 0 ? [`${countText(toAsk)} asked for changes`] : []),
  ];
  if (said.length === 0) return [];
  const more = toFetch > firstToFetch.length ? ['  …'] : [];
  return [
    '',
    `Files: ${said.join(', ')}`,
    ...firstToFetch.map((address) => `  ${toPrintable(address)}`),
    ...more,
  ];
}

function cut(text: string, options: ViewOptions): string {
  const line = toPrintable(text);
  return options.width === undefined ? line : cutText(line, Math.max(20, options.width * 3));
}
