// Rows as an Excel workbook, streamed: each call packs its rows and lets go of them. Sheets follow each other where one is full.
import { formatsError } from '../formats-errors.js';
import { MAX_GRID_COLUMNS, MAX_GRID_ROWS, toCellName } from '../grid/grid-row.js';
import { findTexts, readCount } from '../option-reading.js';
import type { FurtherTable, TableWriter, ValueType, WriteRequest } from '../table-format.js';
import { ZipWriter } from '../zip/zip-writer.js';
import { toAllowedTable, toValidationsXml } from './cell-guide.js';
import { columnStyle, toCellXml, toTextCellXml } from './cell-writer.js';
import {
  ROOT_RELATIONS_XML,
  STYLES_XML,
  Style,
  toContentTypesXml,
  toSheetEndXml,
  toSheetStartXml,
  toWorkbookRelationsXml,
  toWorkbookXml,
} from './xlsx-parts.js';

type Row = readonly (string | null)[];

/** A part past this is ended, and the table goes on in a further sheet: the old form of zip knows sizes below 4 GB only. */
const FULL_PART = 3_500_000_000;

/** Throws FORMATS-108, 321. */
export function createXlsxWriter({ columns, types, options, guide }: WriteRequest): TableWriter {
  if (columns.length > MAX_GRID_COLUMNS) {
    throw formatsError(321, {
      detail: `The table has ${columns.length} columns; a sheet has ${MAX_GRID_COLUMNS}.`,
      hint: 'Name the ones you need with --fields.',
    });
  }
  const kinds = columns.map((_, i) => types?.[i] ?? 'text');
  const letters = columns.map((_, i) => toCellName(i, 1).slice(0, -1));
  const header = options['header'] !== false && options['header'] !== 0 && options['header'] !== 'false';
  const sheetRows = Math.min(MAX_GRID_ROWS, Math.max(2, readCount(options, 'sheetRows', MAX_GRID_ROWS)));
  const name = toSheetName(findTexts(options, 'sheet')?.[0] ?? 'Sheet1');
  const zip = new ZipWriter();
  const sheets: string[] = [];
  /** Rows of the open sheet. */
  let line = 0;

  async function beginSheet(first: readonly Row[]): Promise<Buffer> {
    sheets.push(sheets.length === 0 ? name : toFurtherName(name, sheets.length + 1));
    line = 0;
    const widths = columns.map((column, i) => ({
      width: toWidth(column, first, i),
      style: columnStyle(kinds[i]!),
    }));
    let xml = toSheetStartXml(widths, header);
    if (header) {
      line = 1;
      xml += `<row r="1">${columns.map((column, i) => toTextCellXml(`${letters[i]}1`, column, guide?.columns[i]?.required ? Style.required : Style.header, column)).join('')}</row>`;
    }
    return Buffer.concat([zip.begin(`xl/worksheets/sheet${sheets.length}.xml`), await zip.write(xml)]);
  }

  async function endSheet(): Promise<Buffer> {
    const filter = header && columns.length > 0 ? `A1:${letters.at(-1)}${line}` : undefined;
    const validations = guide ? toValidationsXml(guide.columns, kinds, header ? 2 : 1) : '';
    return Buffer.concat([await zip.write(toSheetEndXml(filter, validations)), await zip.end()]);
  }

  async function addFurther({ name: wanted, columns: names, types: theirs, rows }: FurtherTable) {
    sheets.push(toSheetName(wanted));
    const theirKinds = names.map((_, i) => theirs?.[i] ?? 'text');
    const widths = names.map((column, i) => ({ width: toWidth(column, rows, i), style: Style.general }));
    const theirLetters = names.map((_, i) => toCellName(i, 1).slice(0, -1));
    const head = names.map((each, i) => toTextCellXml(`${theirLetters[i]}1`, each, Style.header, each));
    const body = rows.map((row, i) => toRowXml(row, i + 2, theirLetters, theirKinds, names));
    const xml = `${toSheetStartXml(widths, true)}<row r="1">${head.join('')}</row>${body.join('')}${toSheetEndXml(undefined)}`;
    return zip.add(`xl/worksheets/sheet${sheets.length}.xml`, xml);
  }

  return {
    begin: () => zip.add('_rels/.rels', ROOT_RELATIONS_XML),
    async rows(rows) {
      const parts: Buffer[] = [];
      for (let done = 0; done < rows.length; ) {
        if (sheets.length === 0) parts.push(await beginSheet(rows));
        else if (line >= sheetRows || zip.partSize > FULL_PART)
          parts.push(await endSheet(), await beginSheet(rows.slice(done)));
        const count = Math.min(rows.length - done, sheetRows - line);
        let xml = '';
        for (const row of rows.slice(done, done + count))
          xml += toRowXml(row, ++line, letters, kinds, columns);
        parts.push(await zip.write(xml));
        done += count;
      }
      return Buffer.concat(parts);
    },
    async end() {
      const parts = sheets.length === 0 ? [await beginSheet([])] : [];
      parts.push(await endSheet());
      if (guide) {
        for (const table of guide.further) parts.push(await addFurther(table));
        const allowed = toAllowedTable(guide.columns, columns, kinds);
        if (allowed) parts.push(await addFurther(allowed));
      }
      parts.push(await zip.add('xl/workbook.xml', toWorkbookXml(sheets)));
      parts.push(await zip.add('xl/_rels/workbook.xml.rels', toWorkbookRelationsXml(sheets)));
      parts.push(await zip.add('xl/styles.xml', STYLES_XML));
      parts.push(await zip.add('[Content_Types].xml', toContentTypesXml(sheets)));
      return Buffer.concat([...parts, zip.finish()]);
    },
  };
}

/** NULL is no cell, the empty text is a cell with nothing in it. */
function toRowXml(
  row: Row,
  line: number,
  letters: readonly string[],
  kinds: readonly ValueType[],
  columns: readonly string[],
): string {
  let xml = `<row r="${line}">`;
  for (let i = 0; i < letters.length; i++) {
    const text = row[i];
    if (text !== null && text !== undefined)
      xml += toCellXml(`${letters[i]}${line}`, text, kinds[i]!, columns[i]!);
  }
  return `${xml}</row>`;
}

/** In characters: what the header and the first rows need, within reason. */
function toWidth(column: string, first: readonly Row[], i: number): number {
  let longest = column.length + 2;
  for (const row of first.slice(0, 200)) longest = Math.max(longest, (row[i]?.length ?? 0) + 1);
  return Math.min(60, Math.max(9, longest));
}

/** Excel's rules: at most 31 characters, none of []:*?/\, no apostrophe at an end. */
function toSheetName(wanted: string): string {
  const name = wanted.replace(/[[\]:*?/\\]|\p{Cc}/gu, '_').replace(/^'|'$/g, '_');
  return Array.from(name).slice(0, 31).join('').slice(0, 31) || 'Sheet1';
}

function toFurtherName(name: string, number: number): string {
  const tail = ` (${number})`;
  return `${name.slice(0, 31 - tail.length)}${tail}`;
}
