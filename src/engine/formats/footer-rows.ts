// What stands below a table: totals, a count of its rows, "end of report". Found at the end of the source, told, and passed
// over with a warning that names the line; never without a word.
import { type CellBatch, cellText, type RowProblem } from '../../foundation/cells/cell-batch.js';
import { excerpt, problemCode } from './formats-errors.js';

/** The most rows at the end that are taken for a footer. */
export const MOST_FOOTERS = 5;

const TOTAL =
  /^(?:grand |sub-?)?(?:total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|insgesamt|saldo|totaal|totale|totali|somme|sous-total|suma|razem|ogółem|összesen|celkem|yhteensä|toplam|итого|всего|合計|合计)\b[\s:.=]*$/iu;
const COUNT =
  /^\(?\s*(?:(?:total )?(?:number of )?(?:rows?|records?|lines?|anzahl|count)\s*[:=]?\s*\d[\d.,]*|total\s*[:=]\s*\d[\d.,]*(?:\s+(?:rows?|records?|lines?))?|\d[\d.,]*\s+(?:rows?|records?|lines?|zeilen|datensätze|lignes|filas|righe|rijen)(?: (?:affected|selected|returned|exported))?)\s*\)?\.?$/iu;
const END = /^[-=*#\s]*(?:eof|end(?: of (?:file|report|data|list))?|ende|fin|trailer)[-=*#\s.]*$/iu;

/**
 * How many of the last rows are no records. A row is taken for one only if it says so in its first filled cell and most
 * others are blank or missing; a record that happens to be called "Total" is filled like the others.
 */
export function countFooterRows(rows: readonly (readonly string[])[], width: number): number {
  let footer = 0;
  for (let i = rows.length - 1; i > 0 && footer < MOST_FOOTERS; i--) {
    if (!isFooter(rows[i]!, width)) break;
    footer++;
  }
  return footer;
}

function isFooter(row: readonly string[], width: number): boolean {
  const texts = row.map((text) => text.trim()).filter((text) => text !== '');
  const [first] = texts;
  if (first === undefined || width < 2) return false;
  if (texts.length === 1 && (COUNT.test(first) || END.test(first))) return true;
  return (
    TOTAL.test(first) && texts.length * 2 <= width + 1 && texts.slice(1).every((text) => /\d/.test(text))
  );
}

/**
 * Marks the last rows of the source: `count` of them, or, where nobody could look at its end before, those that are no
 * records. Holds back as many rows as the footer may have.
 */
export async function* markFooter(
  batches: AsyncIterable<CellBatch>,
  count: number | 'found',
): AsyncGenerator<CellBatch> {
  const most = count === 'found' ? MOST_FOOTERS + 1 : count;
  const held: CellBatch[] = [];
  let rows = 0;
  for await (const batch of batches) {
    held.push(batch);
    rows += batch.rows;
    while (held.length > 1 && rows - held[0]!.rows >= most) {
      rows -= held[0]!.rows;
      yield held.shift()!;
    }
  }
  let left = count === 'found' ? findFooter(held) : count;
  const marked = held.reverse().map((batch) => {
    const from = Math.max(0, batch.rows - left);
    left -= batch.rows - from;
    return from === batch.rows ? batch : withFooter(batch, from);
  });
  yield* marked.reverse();
}

function findFooter(held: readonly CellBatch[]): number {
  const rows = held.flatMap((batch) =>
    Array.from({ length: Math.min(batch.rows, MOST_FOOTERS + 1) }, (_, i) =>
      rowTexts(batch, batch.rows - Math.min(batch.rows, MOST_FOOTERS + 1) + i),
    ),
  );
  return countFooterRows(rows, held.at(-1)?.columns.length ?? 0);
}

function withFooter(batch: CellBatch, from: number): CellBatch {
  const dropped = Array.from({ length: batch.rows - from }, (_, i): RowProblem => {
    const row = from + i;
    const text = rowTexts(batch, row).filter((each) => each !== '');
    return {
      index: row,
      code: problemCode(241),
      message: `The row is a footer and passed over: ${excerpt(text.join(' '))}`,
      hint: 'If it is a record, set skipFooter to 0 (--format-option skipFooter=0).',
      dropped: true,
    };
  });
  return { ...batch, problems: [...batch.problems.filter(({ index }) => index < from), ...dropped] };
}

const rowTexts = (batch: CellBatch, row: number): readonly string[] =>
  batch.columns.map((_, column) => (cellText(batch, row, column) ?? '').slice(0, 80));
