// One sheet's XML as rows: each cell's text by its type and number format. The XML streams; nothing of a sheet is kept.
import { formatsError } from '../formats-errors.js';
import { type GridRow, MAX_GRID_COLUMNS, MAX_GRID_ROWS } from '../grid/grid-row.js';
import { createXmlBytes } from '../grid/xml-part.js';
import type { XmlTag } from '../grid/xml-tag.js';
import type { ZipArchive, ZipEntry } from '../zip/zip-archive.js';
import { type CellRules, type RawCell, setCell } from './cell-value.js';
import { isOn } from './workbook.js';

/** Yields the sheet's rows that have cells. Throws FORMATS-107, 110, 120, 124. */
export async function* readSheetRows(
  zip: ZipArchive,
  part: ZipEntry,
  rules: CellRules,
  onPacked: (bytes: number) => void,
): AsyncGenerator<readonly GridRow[]> {
  let rows: GridRow[] = [];
  let row: GridRow | undefined;
  let line = 0;
  let nextColumn = 0;
  let inData = false;
  let phonetic = false;
  let taking: 'value' | 'inline' | undefined;
  const cell: RawCell = {
    column: 0,
    type: undefined,
    style: undefined,
    formula: false,
    index: undefined,
    value: undefined,
    inline: undefined,
  };

  const xml = createXmlBytes(part.name, {
    open(tag) {
      const { name } = tag;
      if (!inData) {
        inData = name === 'sheetData';
        return;
      }
      switch (name) {
        case 'c': {
          const column = readColumn(tag, nextColumn);
          if (column >= MAX_GRID_COLUMNS) throw tooWide(line);
          nextColumn = column + 1;
          cell.column = column;
          cell.type = tag.find('t');
          cell.style = tag.find('s');
          cell.formula = false;
          cell.index = undefined;
          cell.value = undefined;
          cell.inline = undefined;
          break;
        }
        case 'v':
          cell.value ??= '';
          taking = 'value';
          break;
        case 'row': {
          const number = tag.find('r');
          line = number === undefined ? line + 1 : Number(number);
          if (!Number.isSafeInteger(line) || line < 1 || line > MAX_GRID_ROWS) throw badRow(number);
          nextColumn = 0;
          row = rules.hiddenRows === 'skip' && isOn(tag.find('hidden')) ? undefined : { line, cells: [] };
          break;
        }
        case 'f':
          cell.formula = true;
          break;
        case 'is':
          cell.inline ??= '';
          break;
        case 't':
          if (cell.inline !== undefined && !phonetic) taking = 'inline';
          break;
        case 'rPh':
          phonetic = true;
          break;
      }
    },
    close(name) {
      if (!inData) return;
      switch (name) {
        case 'c':
          if (row) setCell(row, cell, rules);
          break;
        case 'v':
        case 't':
          taking = undefined;
          break;
        case 'row':
          if (row && (row.cells.length > 0 || row.problems)) rows.push(row);
          row = undefined;
          break;
        case 'rPh':
          phonetic = false;
          break;
        case 'sheetData':
          inData = false;
          break;
      }
    },
    text(bytes, from, to) {
      if (taking === 'value') addValue(cell, bytes, from, to);
      else if (taking === 'inline') cell.inline += bytes.toString('utf8', from, to);
    },
  });

  for await (const chunk of zip.read(part, onPacked)) {
    xml.write(chunk);
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
  xml.end();
  if (rows.length > 0) yield rows;
}

/** The number of a shared text stays a number: there are more of them than of anything else. */
function addValue(cell: RawCell, bytes: Buffer, from: number, to: number): void {
  if (cell.type === 's' && cell.value === '' && cell.index === undefined) {
    cell.index = findDigits(bytes, from, to);
    if (cell.index !== undefined) return;
  }
  if (cell.index !== undefined) cell.value = String(cell.index);
  cell.index = undefined;
  cell.value += bytes.toString('utf8', from, to);
}

function findDigits(bytes: Buffer, from: number, to: number): number | undefined {
  if (to - from > 9) return undefined;
  let number = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** The column of the cell's reference, such as `AB12`, from 0; `otherwise` if it has none. */
function readColumn(tag: XmlTag, otherwise: number): number {
  const at = tag.indexOf('r');
  if (at < 0) return otherwise;
  const { bytes } = tag;
  const to = tag.to[at]!;
  let column = 0;
  for (let i = tag.from[at]!; i < to; i++) {
    const letter = bytes[i]! & ~32;
    if (letter < 65 || letter > 90) return column === 0 ? otherwise : column - 1;
    column = column * 26 + letter - 64;
    if (column > MAX_GRID_COLUMNS) return column;
  }
  return otherwise;
}

function tooWide(line: number) {
  return formatsError(110, {
    detail: `Row ${line} of the sheet has more than ${MAX_GRID_COLUMNS} columns.`,
    hint: 'No program shows so many; check what made the file.',
    pointer: { line },
  });
}

function badRow(number: string | undefined) {
  return formatsError(123, {
    detail: `The sheet has a row with the number ${JSON.stringify(number?.slice(0, 40))}.`,
    hint: `Rows have numbers from 1 to ${MAX_GRID_ROWS}. Open the file in its program and save it anew.`,
  });
}
