// What a dry run would change, cell by cell.

import type { RecordDifference } from '../../doors/files/import/run-report.js';
import { cutText, toPrintable } from '../terminal/text-width.js';
import type { ViewOptions } from './view-options.js';

const SIGNS = { add: '+', update: '~', delete: '-' } as const;
const WIDEST_VALUE = 60;

export function toDifferenceLines(differences: readonly RecordDifference[], options: ViewOptions): string[] {
  if (differences.length === 0) return [];
  const { style } = options;
  const paint = { add: style.green, update: style.cyan, delete: style.red };
  const value = (text: string | null, most: number) =>
    text === null ? style.dim('null') : text === '' ? style.dim('""') : cutText(toPrintable(text), most);
  const most =
    options.width === undefined ? WIDEST_VALUE : Math.max(12, Math.floor((options.width - 30) / 2));

  return [
    '',
    style.bold(`First ${differences.length === 1 ? 'difference' : `${differences.length} differences`}`),
    ...differences.flatMap((difference) => {
      const name = difference.identity
        .map(({ field, value: text }) => `${field} ${value(text, most)}`)
        .join(', ');
      const line = difference.line === undefined ? '' : style.dim(`  line ${difference.line}`);
      const nameWidth = Math.max(0, ...difference.cells.map((cell) => cell.field.length));
      return [
        `  ${paint[difference.action](SIGNS[difference.action])} ${name}${line}`,
        ...difference.cells.map((cell) => {
          const before = difference.action === 'add' ? '' : `${value(cell.before, most)} → `;
          const after = difference.action === 'delete' ? style.dim('gone') : value(cell.after, most);
          return `      ${style.dim(cell.field.padEnd(nameWidth))}  ${before}${after}`;
        }),
      ];
    }),
  ];
}
