// What stands below a table: totals, a count of its rows, "end of report". Found at the end of the source, told, and passed
// over with a warning that names the line; never without a word.
import type { CellBatch, RowProblem } from '../../../foundation/cells/cell-batch.js';
import { excerpt, problemCode } from '../formats-errors.js';
import type { FormatOptions } from '../table-format.js';
import { type ProbeRow, probeRows } from './csv-probe.js';

/** Rows at the end that are looked at, and the most of them that are taken for a footer. */
const TAIL_ROWS = 200;
const MOST_FOOTERS = 5;

const TOTAL =
  /^(?:grand |sub-?)?(?:total|totals|sum|summe|gesamt|gesamtsumme|zwischensumme|insgesamt|saldo|totaal|totale|totali|somme|sous-total|suma|razem|ogółem|összesen|celkem|yhteensä|toplam|итого|всего|合計|合计)\b[\s:.=]*$/iu;
const COUNT =
  /^\(?\s*(?:(?:number of )?(?:rows?|records?|lines?|anzahl|count)\s*[:=]?\s*\d[\d.,]*|\d[\d.,]*\s+(?:rows?|records?|lines?|zeilen|datensätze|lignes|filas|righe|rijen)(?: (?:affected|selected|returned|exported))?)\s*\)?\.?$/iu;
const END = /^[-=*#\s]*(?:eof|end(?: of (?:file|report|data|list))?|ende|fin|trailer)[-=*#\s.]*$/iu;

/**
 * How many of the last rows are no records. A row is taken for one only if it says so in its first filled cell and most
 * others are blank or missing; a record that happens to be called "Total" is filled like the others.
 */
export function countFooterRows(rows: readonly ProbeRow[], width: number): number {
  let footer = 0;
  for (let i = rows.length - 1; i > 0 && footer < MOST_FOOTERS; i--) {
    if (!isFooter(rows[i]!, width)) break;
    footer++;
  }
  return footer;
}

function isFooter(row: ProbeRow, width: number): boolean {
  const texts = row.cells.map(({ text }) => text.trim()).filter((text) => text !== '');
  const [first] = texts;
  if (first === undefined || width < 2) return false;
  if (texts.length === 1 && (COUNT.test(first) || END.test(first))) return true;
  return (
    TOTAL.test(first) && texts.length * 2 <= width + 1 && texts.slice(1).every((text) => /\d/.test(text))
  );
}

/** The rows at the end of a text, read under these options; `text` may begin in the middle of a row. */
export function probeTail(text: Buffer, options: FormatOptions, width: number): readonly ProbeRow[] {
  let from = text.length;
  for (let lines = 0; lines <= TAIL_ROWS && from > 0; lines++) from = text.lastIndexOf(10, from - 1);
  const tail = from <= 0 ? text : text.subarray(from + 1);
  return probeRows(tail, true, options, width);
}

/** Marks the last `count` rows of the source. Holds back as many rows as the footer may have. */
export async function* markFooter(
  batches: AsyncIterable<CellBatch>,
  count: number,
): AsyncGenerator<CellBatch> {
  const held: CellBatch[] = [];
  let rows = 0;
  for await (const batch of batches) {
    held.push(batch);
    rows += batch.rows;
    while (held.length > 1 && rows - held[0]!.rows >= count) {
      rows -= held[0]!.rows;
      yield held.shift()!;
    }
  }
  let left = count;
  const marked = held.reverse().map((batch) => {
    const from = Math.max(0, batch.rows - left);
    left -= batch.rows - from;
    return from === batch.rows ? batch : withFooter(batch, from);
  });
  yield* marked.reverse();
}

function withFooter(batch: CellBatch, from: number): CellBatch {
  const dropped = Array.from({ length: batch.rows - from }, (_, i): RowProblem => {
    const row = from + i;
    return {
      index: row,
      code: problemCode(241),
      message: `The row is a footer and passed over: ${excerpt(rowText(batch, row))}`,
      hint: 'If it is a record, set skipFooter to 0 (--format-option skipFooter=0).',
      dropped: true,
    };
  });
  return { ...batch, problems: [...batch.problems.filter(({ index }) => index < from), ...dropped] };
}

function rowText(batch: CellBatch, row: number): string {
  const texts: string[] = [];
  for (let c = 0; c < batch.columns.length; c++) {
    const i = row * batch.columns.length + c;
    const text = batch.bytes.toString('utf8', batch.start[i], Math.min(batch.end[i]!, batch.start[i]! + 80));
    if (batch.end[i]! > batch.start[i]!) texts.push(text);
  }
  return texts.join(' ');
}
