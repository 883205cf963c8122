// What a file holds, for people: what it is, its columns, its first rows, what looks wrong, where its columns would go.
import type { SourceReport } from '../../doors/files/import/inspect-source.js';
import { bytesText, countOf } from '../terminal/number-text.js';
import { toPairs, toTable } from '../terminal/terminal-table.js';
import { cutText, textWidth, toPrintable } from '../terminal/text-width.js';
import type { ViewOptions } from './view-options.js';

/** Widest column of the preview, and the width of the whole where there is no terminal. */
const WIDEST = 28;
const PIPE_WIDTH = 120;

export function toSourceLines(
  report: SourceReport,
  options: ViewOptions & { readonly command: string },
): string[] {
  const { style } = options;
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', style.bold(title), ...lines];
  return [
    `${style.bold(toPrintable(report.source))}  ${style.dim(toFacts(report))}`,
    ...toPairs(
      [
        ['format', formatText(report)],
        ...(report.encoding === undefined ? [] : [['encoding', encodingText(report.encoding)] as const]),
        ...(report.header === undefined || report.rowsRead === 0
          ? []
          : [['header', headerText(report.header)] as const]),
        ['read as', report.says.map(toPrintable).join(', ')],
        ['sha-256', report.sha256],
      ],
      { style, indent: '  ' },
    ),
    ...section('Columns', columnLines(report, options)),
    ...section(
      `The first ${countOf(report.rows.length, 'row')}`,
      report.rows.length === 0 ? [] : previewLines(report, options),
    ),
    ...section('Suspicious', suspicionLines(report, options)),
    ...matchLines(report, options),
    '',
    style.bold('Go on with'),
    `  ${options.command}`,
  ];
}

const toFacts = ({ size, packing, columns, rowsRead }: SourceReport): string =>
  [
    bytesText(size),
    ...(packing === null ? [] : [`${packing} unpacked`]),
    `${countOf(columns.length, 'column')}, looked at ${countOf(rowsRead, 'row')}`,
  ].join(', ');

const percent = (share: number): string => `${Math.round(share * 100)}%`;

function formatText({ format, confidence, otherFormats }: SourceReport): string {
  const others = otherFormats.map((other) => `${other.format} ${percent(other.confidence)}`);
  return `${format}, ${percent(confidence)} sure${others.length === 0 ? '' : ` (else ${others.join(', ')})`}`;
}

function headerText({ present, line, confidence }: NonNullable<SourceReport['header']>): string {
  return `${present ? `line ${line}` : 'none'}, ${percent(confidence)} sure`;
}

function encodingText({ encoding, confidence, alternatives }: NonNullable<SourceReport['encoding']>): string {
  const others = alternatives.map((other) => `${other.encoding} ${percent(other.confidence)}`);
  return `${encoding}, ${percent(confidence)} sure${others.length === 0 ? '' : ` (else ${others.join(', ')})`}`;
}

function columnLines({ columns }: SourceReport, options: ViewOptions): string[] {
  if (columns.length === 0) return [];
  return toTable(
    [
      { title: 'column' },
      { title: 'seems to be', shrinks: false },
      { title: 'spelled' },
      { title: 'blank', align: 'right', shrinks: false },
      { title: 'values' },
    ],
    columns.map(({ column, kind, says, blank, examples }) => [
      column,
      kind,
      says ?? '',
      percent(blank),
      cutText(toPrintable(examples.slice(0, 3).join(' · ')), 60),
    ]),
    { ...options, indent: '  ' },
  );
}

/** As many columns as fit side by side; the others are counted. */
function previewLines({ columns, rows }: SourceReport, options: ViewOptions): string[] {
  const room = (options.width ?? PIPE_WIDTH) - 2;
  const texts = rows.map(({ line, cells }) => [
    String(line),
    ...cells.map((cell) => toPrintable(cell ?? 'NULL')),
  ]);
  const titles = ['line', ...columns.map(({ column }) => toPrintable(column))];
  let used = 0;
  let fits = 0;
  for (const [c, title] of titles.entries()) {
    used += Math.min(WIDEST, Math.max(textWidth(title), ...texts.map((row) => textWidth(row[c] ?? '')))) + 2;
    if (used > room + 2 && fits > 1) break;
    fits++;
  }
  const left = titles.length - fits;
  return [
    ...toTable(
      titles.slice(0, fits).map((title, c) => ({
        title: cutText(title, WIDEST),
        ...(c === 0 ? { align: 'right' as const } : {}),
      })),
      texts.map((row) => row.slice(0, fits).map((text) => cutText(text, WIDEST))),
      { ...options, indent: '  ' },
    ),
    ...(left === 0 ? [] : [options.style.dim(`  … and ${countOf(left, 'more column')}`)]),
  ];
}

function suspicionLines({ suspicious }: SourceReport, { style }: ViewOptions): string[] {
  return suspicious.flatMap(({ message, hint, line, code }) => [
    style.yellow(
      `  ${line === undefined ? '' : `line ${line}: `}${toPrintable(message)}${code === undefined ? '' : ` (${code})`}`,
    ),
    ...(hint === undefined ? [] : [style.dim(`    ${toPrintable(hint)}`)]),
  ]);
}

function matchLines({ match, entities }: SourceReport, options: ViewOptions): string[] {
  const { style } = options;
  if (match === undefined) {
    if (entities === undefined) return [];
    if (entities.length === 0) return ['', 'No entity has fields like these columns.'];
    const rows = entities.map(({ entity, matched, columns, identified }) => [
      entity,
      `${matched} of ${countOf(columns, 'column')}`,
      identified ? '' : 'but nothing tells which record is which',
    ]);
    const columns = [{ title: 'entity' }, { title: 'matched', shrinks: false }, { title: '' }];
    return ['', style.bold('Fits best'), ...toTable(columns, rows, { ...options, indent: '  ' })];
  }
  const list = (says: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`  ${says}: ${names.map(toPrintable).join(', ')}`];
  return [
    '',
    style.bold(`Into ${match.entity}, matched by ${match.identity.join(', ') || 'nothing'}`),
    ...toTable(
      [{ title: 'column' }, { title: '', shrinks: false }, { title: 'field' }, { title: 'because' }],
      match.columns.map(({ column, field, reason }) => [
        column,
        field === undefined ? '' : '→',
        field ?? '(left out)',
        reason,
      ]),
      { ...options, indent: '  ' },
    ),
    ...list('a new record also needs', match.missing).map(style.yellow),
    ...list('not filled', match.unfilled),
  ];
}
