// What becomes of real files of other systems, told from the outcomes that the format tests hold fast.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const RECORDED = join(import.meta.dirname, '..', '..', 'formats');

interface Section {
  readonly title: string;
  readonly says: string;
  readonly file: string;
}

const SECTIONS: readonly Section[] = [
  {
    title: 'Delimited files made to break readers',
    says: 'The test files of DuckDB, csv-spectrum and others: broken quotes, odd delimiters, ragged rows, encodings.',
    file: 'csv-adversarial.outcomes.txt',
  },
  {
    title: 'Workbooks',
    says: 'XLSX, XLS and ODS of shops, of OpenRefine, readxl and others. Further sheets of a workbook stand below it.',
    file: 'spreadsheets.outcomes.txt',
  },
  { title: 'XML', says: 'Shops, charts of accounts, UBL documents.', file: 'xml-samples.outcomes.txt' },
];

export interface Outcome {
  readonly file: string;
  /** Refused as a whole, or with so many rows that failed. */
  readonly kind: 'read' | 'read in part' | 'refused';
  readonly outcome: string;
  readonly why: string;
}

/** One line of a recorded outcome: `file | 2 rows x 3, 0 failed | columns | … how it was read | failed lines`. */
export function readOutcome(line: string): Outcome {
  const [file = '', ...parts] = line.trim().split(' | ');
  const refused = /^refused: (\S+) (.*)$/s.exec(parts.join(' | '));
  if (refused) return { file, kind: 'refused', outcome: `refused, ${refused[1]}`, why: refused[2]! };
  const counts = /^(\d+) rows x (\d+), (\d+) failed/.exec(parts[0] ?? '');
  if (!counts) throw new Error(`No outcome: ${line}`);
  const [, rows, columns, failed] = counts;
  const kind = failed === '0' ? 'read' : 'read in part';
  const lines = kind === 'read' ? '' : (parts.findLast((part) => part.startsWith('line ')) ?? '');
  const how = parts.find((part) => /^(csv|json|ndjson|xml|parquet|xlsx|xls|ods); /.test(part)) ?? '';
  const size = `${counted(rows!, 'row')}, ${counted(columns!, 'column')}`;
  return {
    file,
    kind,
    outcome: kind === 'read' ? size : `${size}, ${failed} failed`,
    why: [how.replace(/^\w+; /, ''), lines].filter((part) => part !== '').join('; '),
  };
}

export function toOutcomePage(): string {
  const sections = SECTIONS.map(toSection);
  return `# What becomes of other people's files

<!-- Written by \`npm run docs\` from what the tests recorded. Edit that, not this. -->

Every file below is read by the tests, without a setting, and its outcome is held fast: a right result, or a clear refusal. A row
that fails is reported with its line and costs that row only; the codes are those of [errors](errors.md). The files are not part
of this project: they come from the test suites of other readers and from the shops themselves.

${sections.join('\n')}`;
}

function toSection({ title, says, file }: Section): string {
  const lines = readFileSync(join(RECORDED, file), 'utf8').split('\n');
  const outcomes = lines.filter((line) => line.trim() !== '').map(readOutcome);
  const count = (kind: Outcome['kind']): number => outcomes.filter((each) => each.kind === kind).length;
  const rows = outcomes.map(
    ({ file: name, outcome, why }) => `| ${toCell(name)} | ${toCell(outcome)} | ${toCell(why)} |`,
  );
  return `## ${title}

${says} ${outcomes.length} in all: ${count('read')} read whole, ${count('read in part')} in part, ${count('refused')} refused.

| file | outcome | how it was read, and why |
| --- | --- | --- |
${rows.join('\n')}
`;
}

const counted = (count: string, what: string): string => `${count} ${what}${count === '1' ? '' : 's'}`;

const LONGEST = 400;

function toCell(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
  return short.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
