// Workbooks of Excel 5 to 2003, XLS, as a book of sheets. Read by SheetJS, whole: such a file can't hold more than 65,536 rows a sheet.
// It comes from `@e965/xlsx`, which brings SheetJS' own releases to npm under its Apache-2.0 licence; `xlsx` there is years old.
import type { CellObject, WorkBook, WorkSheet } from '@e965/xlsx';
import { excerpt, formatsError } from '../formats-errors.js';
import {
  type GridBook,
  type GridCell,
  type GridProblem,
  type GridRow,
  NO_SHARED_TEXTS,
  toCellName,
} from '../grid/grid-row.js';
import type { GridSettings } from '../grid/grid-settings.js';
import { fillMerged } from '../grid/merged-cells.js';
import { toNumberFormat } from '../grid/number-format.js';
import { findNumberText } from '../grid/number-text.js';
import { findSerialText } from '../grid/serial-date.js';
import type { SourceFile } from '../table-format.js';

/** About twice what a full sheet of twenty columns has. */
const MAX_BYTES = 32 * 1024 * 1024;
const PIECE_ROWS = 500;

const SAVE_AS = 'Open it in its program, save it as an Excel workbook (.xlsx) and import that.';

/** Throws FORMATS-121 for a file with a password, 122 for one past 32 MB, 123 if it can't be read. */
export async function openXlsBook(file: SourceFile, settings: GridSettings): Promise<GridBook> {
  if (file.size > MAX_BYTES) {
    throw formatsError(122, {
      detail: `The XLS file has ${file.size} bytes; at most ${MAX_BYTES} are read, since it has to be read whole.`,
      hint: SAVE_AS,
    });
  }
  const book = await readBook(await file.read(0, file.size));
  const about = book.Workbook;
  const system = about?.WBProps?.date1904 === true ? 1904 : 1900;
  let position = 0;
  return {
    sheets: book.SheetNames.map((name, i) => {
      const sheet = book.Sheets[name]!;
      const chart = sheet['!type'] !== undefined && sheet['!type'] !== 'sheet';
      return {
        name,
        hidden: Boolean(about?.Sheets?.[i]?.Hidden),
        kind: chart ? 'chart' : 'sheet',
        async *rows() {
          position = file.size;
          const rows = listRows(sheet, system, settings);
          yield* settings.merged === 'fill' ? fillMerged(rows, toAreas(sheet)) : rows;
        },
      };
    }),
    shared: NO_SHARED_TEXTS,
    says: system === 1904 ? ['dates count from 1904'] : [],
    position: () => position,
  };
}

async function readBook(bytes: Buffer): Promise<WorkBook> {
  if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) throw encrypted();
  // The library would take any text for a table.
  if (!isOldWorkbook(bytes)) throw unreadable('it does not begin like one');
  // Only who has such a file pays for the library, and for the code pages of old ones.
  const [{ read, set_cptable }, codepages] = await Promise.all([
    import('@e965/xlsx'),
    import('@e965/xlsx/dist/cpexcel.full'),
  ]);
  set_cptable(codepages);
  try {
    return read(bytes, { type: 'buffer', dense: true, cellNF: true, cellText: false, cellHTML: false });
  } catch (cause) {
    const { message } = cause as Error;
    if (/password|encrypt/i.test(message)) throw encrypted(cause);
    throw unreadable(excerpt(message), cause);
  }
}

/** In the container of old Office files ([MS-CFB]), or a bare sheet as before Excel 5. */
export function isOldWorkbook(head: Buffer): boolean {
  return head.subarray(0, 8).equals(CONTAINER) || /^09(00|02|04|08)0[468]00/.test(head.toString('hex', 0, 4));
}

export const CONTAINER = Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);

function unreadable(why: string, cause?: unknown) {
  return formatsError(123, {
    detail: `The source is no workbook that can be read: ${why}.`,
    hint: SAVE_AS,
    ...(cause === undefined ? {} : { cause }),
  });
}

function encrypted(cause?: unknown) {
  return formatsError(121, {
    detail: 'The workbook is protected by a password.',
    hint: 'Open it in Excel, save it without a password as an Excel workbook (.xlsx) and import that.',
    ...(cause === undefined ? {} : { cause }),
  });
}

async function* listRows(
  sheet: WorkSheet,
  system: 1900 | 1904,
  settings: GridSettings,
): AsyncGenerator<readonly GridRow[]> {
  const data = (sheet['!data'] ?? []) as readonly ((CellObject | undefined)[] | undefined)[];
  for (let from = 0; from < data.length; from += PIECE_ROWS) {
    const rows: GridRow[] = [];
    for (let r = from; r < Math.min(data.length, from + PIECE_ROWS); r++) {
      const cells = data[r];
      if (!cells || (settings.hiddenRows === 'skip' && sheet['!rows']?.[r]?.hidden)) continue;
      const row: GridRow = { line: r + 1, cells: [] };
      cells.forEach((cell, column) => {
        const value = cell && toCell(row, column, cell, system, settings);
        if (value !== undefined) row.cells[column] = value;
      });
      if (row.cells.length > 0 || row.problems) rows.push(row);
    }
    if (rows.length > 0) yield rows;
  }
}

function toCell(
  row: GridRow,
  column: number,
  cell: CellObject,
  system: 1900 | 1904,
  settings: GridSettings,
): GridCell | undefined {
  const { v: value, f: formula } = cell;
  const wrong = (number: GridProblem['number'], says: string, hint: string): undefined => {
    row.problems ??= [];
    const shown = cell.w ?? (value === undefined ? undefined : String(value));
    row.problems.push({
      number,
      column,
      hint,
      message: `Cell ${toCellName(column, row.line)} ${says}.`,
      ...(shown ? { value: excerpt(shown) } : {}),
    });
    return undefined;
  };
  switch (cell.t) {
    case 'b':
      return value ? 'true' : 'false';
    case 'e':
      if (settings.errors === 'null') return null;
      return wrong(220, `holds the error ${ERRORS[Number(value)] ?? String(value)}`, MEND_ERROR);
    case 'n': {
      const text = findNumberText(String(value));
      if (text === undefined) return undefined;
      const format = toNumberFormat(String(cell.z ?? ''));
      if (format.kind === 'number') return text;
      if (format.kind === 'padded') return /^\d+$/.test(text) ? text.padStart(format.digits, '0') : text;
      const date = findSerialText(Number(value), format.kind, system, format.fraction);
      return date ?? wrong(222, `is no date: number ${text} of the ${system} date system`, MEND_DATE);
    }
    case 's':
      return value === '' && formula !== undefined ? undefined : String(value ?? '');
    default:
      return undefined;
  }
}

const MEND_ERROR = 'Mend the formula; or set errors to null to import such cells as NULL.';
const MEND_DATE = 'Mend the date, or give the cell a number format that shows a number.';

/** [MS-XLS] 2.5.10, BErr. */
const ERRORS: Readonly<Record<number, string>> = {
  0: '#NULL!',
  7: '#DIV/0!',
  15: '#VALUE!',
  23: '#REF!',
  29: '#NAME?',
  36: '#NUM!',
  42: '#N/A',
};

function toAreas(sheet: WorkSheet) {
  return (sheet['!merges'] ?? []).map(({ s, e }) => ({
    firstLine: s.r + 1,
    lastLine: e.r + 1,
    firstColumn: s.c,
    lastColumn: e.c,
  }));
}
