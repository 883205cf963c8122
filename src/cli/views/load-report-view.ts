// A load as people read it: a line for each file, below it what is wrong, at the end how it stands.
import type {
  FileProblem,
  FileReport,
  LoadReport,
  LoadStatus,
} from '../../doors/initial-load/load-services.js';
import { COUNTER_NAMES } from '../../engine/pipeline/run.js';
import { countOf, countText, durationText, momentText } from '../terminal/number-text.js';
import { toTable } from '../terminal/terminal-table.js';
import { toPrintable } from '../terminal/text-width.js';
import type { ViewOptions } from './view-options.js';

const MOST_SHOWN = 10;

/** The line of a file that is through, and what is wrong with it. */
export function toFileLines(file: FileReport, { style }: ViewOptions): string[] {
  const signs = {
    applied: style.green('✓'),
    'would apply': style.green('+'),
    unjudged: style.yellow('?'),
    elsewhere: style.dim('='),
    failed: style.red('✗'),
  };
  const told = file.outcome === 'unjudged' && file.statements !== undefined ? [] : file.problems;
  const again = file.again ? style.dim(' again') : '';
  const says = file.outcome === 'elsewhere' ? 'applied by another load meanwhile' : contentText(file);
  const time = file.outcome === 'applied' ? `  ${style.dim(durationText(file.seconds))}` : '';
  return [
    `${signs[file.outcome]} ${style.bold(toPrintable(file.path))}${again}  ${says}${time}`.trimEnd(),
    ...toProblemLines(told, file.problemCount, { style, width: undefined }),
  ];
}

function contentText(file: FileReport): string {
  if (file.statements !== undefined) {
    const rows = file.rows ? `, ${countOf(file.rows, 'record')}` : '';
    const unsure = file.outcome === 'unjudged' ? " (what they do can't be told before they are run)" : '';
    return `${countOf(file.statements, 'statement')}${rows}${unsure}`;
  }
  return file.entities
    .map(({ entity, counters }) => {
      const parts = COUNTER_NAMES.filter(
        (name) => name !== 'read' && name !== 'warnings' && counters[name] > 0,
      );
      return `${entity}: ${parts.map((name) => `${countText(counters[name])} ${name}`).join(', ') || 'nothing to do'}`;
    })
    .join('; ');
}

function toProblemLines(problems: readonly FileProblem[], count: number, { style }: ViewOptions): string[] {
  const lines = problems.slice(0, MOST_SHOWN).map((problem) => {
    const place = [
      problem.file ?? '',
      problem.line !== undefined && !problem.message.startsWith('Line ') ? `line ${problem.line}` : '',
    ].filter((part) => part !== '');
    const where = place.length === 0 ? '' : `${toPrintable(place.join(', '))}: `;
    if (problem.severity === 'note') return `    ${style.dim(toPrintable(problem.message))}`;
    const code = (problem.severity === 'error' ? style.red : style.yellow)(problem.code);
    const hint = problem.hint === undefined ? '' : ` ${style.cyan(toPrintable(problem.hint))}`;
    return `    ${code} ${where}${toPrintable(problem.message)}${hint}`;
  });
  return count > MOST_SHOWN
    ? [...lines, style.dim(`    … and ${countText(count - MOST_SHOWN)} more`)]
    : lines;
}

/** What is said at the end. Applied files were told one by one; those of a dry run, and one that failed, are told here. */
export function toLoadLines(report: LoadReport, options: ViewOptions): string[] {
  const { style } = options;
  const { state, files, unchanged, left, dryRun, seconds } = report;
  const said = dryRun
    ? {
        completed: style.green('Dry run'),
        failed: style.red('Dry run'),
        cancelled: style.yellow('Cancelled'),
      }
    : { completed: style.green('Done'), failed: style.red('Failed'), cancelled: style.yellow('Cancelled') };
  const applied = files.filter(({ outcome }) => outcome === 'applied').length;
  const parts = [
    dryRun
      ? `${countOf(files.length, 'file')} would be applied, nothing written`
      : `${countOf(applied, 'file')} applied`,
    ...(unchanged > 0 ? [`${countText(unchanged)} as they were`] : []),
    ...(left.length > 0 ? [`${countText(left.length)} left`] : []),
  ];
  return [
    ...files
      .filter(({ outcome }) => dryRun || outcome === 'failed')
      .flatMap((file) => toFileLines(file, options)),
    ...toProblemLines(report.problems, report.problems.length, options),
    `${style.bold(said[state])}  ${parts.join(', ')}  ${style.dim(durationText(seconds))}`,
    ...(state === 'failed' && !dryRun
      ? [
          `Nothing of ${toPrintable(left[0] ?? '')} was kept; what came before is applied. Mend it and load again.`,
        ]
      : []),
    ...(dryRun && report.ignored.length > 0
      ? [style.dim(`Neither script nor fixture: ${toPrintable(report.ignored.join(', '))}`)]
      : []),
  ];
}

export function toLoadStatusLines(status: LoadStatus, options: ViewOptions): string[] {
  const { style } = options;
  if (status.files.length === 0) return [`There is nothing to load in ${toPrintable(status.folder)}.`];
  const rows = status.files.map((file) => [
    file.path,
    file.state,
    file.appliedAt === undefined ? '' : momentText(new Date(file.appliedAt)),
    file.environments?.join(', ') || (file.environment ?? ''),
    file.keep === 'in-step' ? `in step${file.strategy === undefined ? '' : `, ${file.strategy}`}` : '',
    file.runs.join(', '),
  ]);
  const titles = ['file', 'state', 'applied', 'environments', 'kept', 'runs'];
  return toTable(
    titles.map((title) => ({ title, shrinks: title === 'file' })),
    rows,
    { style, width: options.width },
  );
}
