// One sheet's XML as rows: each cell's text by its type and number format. The XML streams; nothing of a sheet is kept.
import { formatsError } from '../formats-errors.js';
import { type GridRow, MAX_GRID_COLUMNS, MAX_GRID_ROWS } from '../grid/grid-row.js';
import { createXmlPart } from '../grid/xml-part.js';
import type { ZipArchive, ZipEntry } from '../zip/zip-archive.js';
import { type CellRules, setCell } from './cell-value.js';
import { isOn } from './workbook.js';

interface OpenCell {
  column: number;
  type: string | undefined;
  style: string | undefined;
  formula: boolean;
  /** Undefined: there is no such element. */
  value: string | undefined;
  inline: string | undefined;
}

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
  const cell: OpenCell = {
    column: 0,
    type: undefined,
    style: undefined,
    formula: false,
    value: undefined,
    inline: undefined,
  };

  const xml = createXmlPart(part.name, {
    open(name, attributes) {
      if (!inData) {
        inData = name === 'sheetData';
        return;
      }
      switch (name) {
        case 'c': {
          const column = attributes['r'] === undefined ? nextColumn : toColumn(attributes['r'], nextColumn);
          if (column >= MAX_GRID_COLUMNS) throw tooWide(line);
          nextColumn = column + 1;
          cell.column = column;
          cell.type = attributes['t'];
          cell.style = attributes['s'];
          cell.formula = false;
          cell.value = undefined;
          cell.inline = undefined;
          break;
        }
        case 'v':
          cell.value ??= '';
          taking = 'value';
          break;
        case 'row': {
          line = attributes['r'] === undefined ? line + 1 : Number(attributes['r']);
          if (!Number.isSafeInteger(line) || line < 1 || line > MAX_GRID_ROWS) throw badRow(attributes['r']);
          nextColumn = 0;
          row = rules.hiddenRows === 'skip' && isOn(attributes['hidden']) ? undefined : { line, cells: [] };
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
    text(text) {
      if (taking === 'value') cell.value += text;
      else if (taking === 'inline') cell.inline += text;
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

/** The column of a reference such as `AB12`, from 0; `otherwise` if it is none. */
function toColumn(reference: string, otherwise: number): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const letter = reference.charCodeAt(i) & ~32;
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
