// Every format passes the published suite.
import { utils, type WorkSheet, write } from '@e965/xlsx';
import { describe, expect, it } from 'vitest';
import { csvFormat } from '../../src/engine/formats/csv/csv-format.js';
import { FORMATS } from '../../src/engine/formats/index.js';
import { jsonFormat } from '../../src/engine/formats/json/json-format.js';
import { ndjsonFormat } from '../../src/engine/formats/ndjson/ndjson-format.js';
import { odsFormat } from '../../src/engine/formats/ods/ods-format.js';
import { parquetFormat } from '../../src/engine/formats/parquet/parquet-format.js';
import { xlsFormat } from '../../src/engine/formats/xls/xls-format.js';
import { xlsxFormat } from '../../src/engine/formats/xlsx/xlsx-format.js';
import { xmlFormat } from '../../src/engine/formats/xml/xml-format.js';
import { describeFormat, type FormatSuite } from '../../src/testing/format-suite.js';
import { odsOf, odsOfXml } from './ods-builder.js';
import { toBook, toRows, toZip } from './workbook-builder.js';

const FOREIGN = [
  { name: 'a PDF', source: '%PDF-1.7 and so on' },
  { name: 'a ZIP archive', source: 'PK\u0003\u0004 and so on' },
  { name: 'a web page', source: '<!DOCTYPE html><html></html>' },
];

const FORMULA = { attributes: '', inner: '<f>1+1</f>' };
const ERROR = { attributes: 't="e"', inner: '<v>#REF!</v>' };
const ODS_ERROR = ['a', '1', '#N/A', '3']
  .map(
    (text) =>
      `<table:table-row><table:table-cell office:value-type="string" table:formula="of:=X"><text:p>${text}</text:p></table:table-cell></table:table-row>`,
  )
  .join('');

/** As SheetJS writes old workbooks; undefined is an error in a cell. */
function toXls(rows: readonly (readonly (string | null | undefined)[])[]): Buffer {
  const sheet: WorkSheet = { '!ref': encodeRange(rows.length, rows[0]!.length) };
  rows.forEach((row, r) => {
    row.forEach((text, c) => {
      if (text === null) return;
      sheet[utils.encode_cell({ r, c })] = text === undefined ? { t: 'e', v: 42 } : { t: 's', v: text };
    });
  });
  return write({ SheetNames: ['S'], Sheets: { S: sheet } }, { type: 'buffer', bookType: 'biff8' }) as Buffer;
}

const encodeRange = (rows: number, columns: number) =>
  utils.encode_range({ s: { r: 0, c: 0 }, e: { r: rows - 1, c: columns - 1 } });

const SUITES: readonly FormatSuite[] = [
  {
    format: csvFormat,
    broken: [
      { name: 'a short row', source: 'a,b\n1,2\n3\n4,5\n', good: 2 },
      { name: 'a quote never closed', source: 'a,b\n1,2\n3,"x\n4,5\n', good: 2 },
      { name: 'text after a quote', source: 'a,b\n1,2\n3,"x"y\n4,5\n', good: 2 },
      { name: 'a NUL', source: 'a,b\n1,2\n3,\u0000\n4,5\n', good: 2 },
    ],
    unreadable: FOREIGN,
  },
  {
    format: jsonFormat,
    broken: [{ name: 'an element that is no object', source: '[{"a":1},2,{"a":3}]', good: 2 }],
    unreadable: [...FOREIGN, { name: 'an array that is not closed', source: '[{"a":1}' }],
  },
  {
    format: ndjsonFormat,
    broken: [
      { name: 'a line that is cut', source: '{"a":1}\n{"a":\n{"a":3}', good: 2 },
      { name: 'a line that is no object', source: '{"a":1}\n7\n{"a":3}', good: 2 },
    ],
    unreadable: FOREIGN,
  },
  {
    format: xmlFormat,
    broken: [
      { name: 'an entity nobody knows', source: '<r><a b="1"/><a><b>&x;</b></a><a b="3"/></r>', good: 2 },
      { name: 'a character XML forbids', source: '<r><a b="1"/><a b="\u0001"/><a b="3"/></r>', good: 2 },
      {
        name: 'nesting too deep',
        source: `<r><a/><a>${'<b>'.repeat(99)}${'</b>'.repeat(99)}</a></r>`,
        good: 1,
      },
    ],
    unreadable: [
      ...FOREIGN,
      { name: 'a document that is cut', source: '<r><a b="1"/><a b="2"/' },
      { name: 'an end that has no beginning', source: '<r><a b="1"/></s></r>' },
      { name: 'an ampersand alone', source: '<r><a>this & that</a><a>x;</a></r>' },
    ],
  },
  {
    format: parquetFormat,
    unreadable: [
      ...FOREIGN,
      { name: 'a Parquet file that is cut', source: 'PAR1\u0015\u0004\u0015 and so on' },
    ],
  },
  {
    format: xlsxFormat,
    broken: [
      {
        name: 'a formula without a value',
        source: await toBook({
          sheets: {
            S: toRows([
              ['a', 'b'],
              [1, 2],
              [3, FORMULA],
              [5, 6],
            ]),
          },
        }),
        good: 2,
      },
      {
        name: 'a cell that holds an error',
        source: await toBook({
          sheets: {
            S: toRows([
              ['a', 'b'],
              [1, 2],
              [3, ERROR],
              [5, 6],
            ]),
          },
        }),
        good: 2,
      },
    ],
    unreadable: [
      ...FOREIGN,
      { name: 'a zip file without a workbook', source: await toZip({ 'a.txt': 'x' }) },
      { name: 'a workbook that is cut off', source: (await toBook({ sheets: { S: '' } })).subarray(0, 300) },
    ],
  },
  {
    format: odsFormat,
    write: (columns, rows) => odsOf([columns, ...rows]),
    cannotHold: /[^\P{Cc}\s\u007f]/u,
    broken: [{ name: 'a cell that holds an error', source: await odsOfXml({ S: ODS_ERROR }), good: 2 }],
    unreadable: [...FOREIGN, { name: 'a zip file without a sheet', source: await toZip({ 'a.txt': 'x' }) }],
  },
  {
    format: xlsFormat,
    write: async (columns, rows) => toXls([columns, ...rows]),
    broken: [
      { name: 'a cell that holds an error', source: toXls([['a'], ['1'], [undefined], ['3']]), good: 2 },
    ],
    unreadable: [
      ...FOREIGN,
      {
        name: 'a container without a workbook',
        source: Buffer.from('d0cf11e0a1b11ae1'.padEnd(2048, '0'), 'hex'),
      },
    ],
  },
];

for (const suite of SUITES) {
  describeFormat(suite, {
    describe,
    it,
    equal: (actual, wanted, message) => expect(actual, message).toEqual(wanted),
  });
}

it('no format is left out', () => {
  expect(SUITES.map(({ format }) => format.name)).toEqual(FORMATS.map(({ name }) => name));
});
