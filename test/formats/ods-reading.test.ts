// What OpenDocument spreadsheets come to: repeats, types, paragraphs, notes, hidden sheets, hostile counts.
import { describe, expect, it } from 'vitest';
import { odsOf, odsOfXml } from './ods-builder.js';
import { EMPTY, inspectAndRead, NULL } from './read-table.js';
import { toZip } from './workbook-builder.js';

const cell = (attributes: string, inner = '') =>
  `<table:table-cell ${attributes}>${inner}</table:table-cell>`;
const text = (value: string) => cell('office:value-type="string"', `<text:p>${value}</text:p>`);
const row = (cells: string, attributes = '') => `<table:table-row ${attributes}>${cells}</table:table-row>`;
const headed = (...cells: string[]) =>
  row(cells.map((_, i) => text('abcdefghij'[i]!)).join('')) + row(cells.join(''));

const read = async (xml: string, given = {}) =>
  inspectAndRead(await odsOfXml({ S: xml }), 'x.ods', { header: true, ...given });

describe('cells of an OpenDocument spreadsheet', () => {
  it('have the text of their type', async () => {
    const { rows } = await read(
      headed(
        cell('office:value-type="float" office:value="0.30000000000000004"', '<text:p>0,3</text:p>'),
        cell('office:value-type="percentage" office:value="0.19"', '<text:p>19 %</text:p>'),
        cell('office:value-type="currency" office:value="1234.5"', '<text:p>1.234,50 €</text:p>'),
        cell('office:value-type="date" office:date-value="2026-12-31"', '<text:p>31.12.26</text:p>'),
        cell('office:value-type="date" office:date-value="2026-12-31T23:59:59"', '<text:p>x</text:p>'),
        cell('office:value-type="time" office:time-value="PT18H05M00S"', '<text:p>18:05</text:p>'),
        cell('office:value-type="time" office:time-value="PT49H30M00.5S"', '<text:p>49:30</text:p>'),
        cell('office:value-type="boolean" office:boolean-value="true"', '<text:p>WAHR</text:p>'),
      ),
    );
    expect(rows[0]).toEqual([
      '0.3',
      '0.19',
      '1234.5',
      '2026-12-31',
      '2026-12-31 23:59:59',
      '18:05:00',
      '49:30:00.5',
      'true',
    ]);
  });

  it('have paragraphs, blanks, tabs and links, but not their notes', async () => {
    const note = '<office:annotation><dc:date>2026</dc:date><text:p>by me</text:p></office:annotation>';
    const inner = `${note}<text:p>a<text:s text:c="2"/>b<text:tab/><text:a>link</text:a></text:p><text:p>c<text:line-break/>d</text:p>`;
    const { rows } = await read(
      headed(cell('office:value-type="string"', inner), cell('office:value-type="string"')),
    );
    expect(rows[0]).toEqual(['a  b\tlink\nc\nd', '']);
  });

  it('are problems where they hold errors or formulas without a value', async () => {
    const xml = headed(
      text('x'),
      cell(
        'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"',
        '<text:p>#DIV/0!</text:p>',
      ),
      cell('table:formula="of:=A1"'),
    );
    const table = await read(xml);
    expect(table.problems.map(({ code, message }) => [code, message.split(' ')[1]])).toEqual([
      ['FORMATS-220', 'B2'],
      ['FORMATS-221', 'C2'],
    ]);
    expect((await read(xml, { errors: 'null' })).rows[0]).toEqual(['x', NULL, EMPTY]);
  });
});

describe('sheets of an OpenDocument spreadsheet', () => {
  it('repeat cells and rows, and end where the cells end', async () => {
    const empty = cell('table:number-columns-repeated="16380"');
    const xml =
      row(text('a') + text('b') + text('c') + empty) +
      row(
        `${cell('office:value-type="float" office:value="7" table:number-columns-repeated="2"')}${text('x')}${empty}`,
        'table:number-rows-repeated="3"',
      ) +
      row(empty, 'table:number-rows-repeated="2"') +
      row(text('z') + empty) +
      row(empty, 'table:number-rows-repeated="1048570"');
    const table = await read(xml);
    expect(table.rows).toEqual([
      ['7', '7', 'x'],
      ['7', '7', 'x'],
      ['7', '7', 'x'],
      ['z', EMPTY, EMPTY],
    ]);
    expect(table.lines).toEqual([2, 3, 4, 7]);
  });

  it('are passed over where hidden, and named', async () => {
    const hide =
      '<style:style style:name="style-Old"><style:table-properties table:display="false"/></style:style>';
    const bytes = await odsOfXml(
      { Old: row(text('old')) + row(text('x')), New: row(text('new')) + row(text('y')) },
      hide,
    );
    const table = await inspectAndRead(bytes, 'x.ods');
    expect([table.columns, table.rows]).toEqual([['new'], [['y']]]);
    expect(table.says).toContain("sheet 'New' of 2: 'Old' (hidden), 'New'");
    expect((await inspectAndRead(bytes, 'x.ods', { sheet: 'Old' })).rows).toEqual([['x']]);
  });

  it('that repeat cells without end are refused', async () => {
    const bomb = row(
      cell('office:value-type="float" office:value="1" table:number-columns-repeated="16000"'),
      'table:number-rows-repeated="1000000"',
    );
    await expect(read(bomb)).rejects.toMatchObject({ code: 'FORMATS-122' });
    const wide = row(
      cell('office:value-type="float" office:value="1" table:number-columns-repeated="99999"'),
    );
    await expect(read(wide)).rejects.toMatchObject({ code: 'FORMATS-110' });
  });

  it('with a password are refused', async () => {
    const whole = await odsOf([['a'], ['1']]);
    const type = whole.subarray(0, whole.indexOf('PK\u0003\u0004', 4, 'latin1'));
    const parts = await toZip({
      'content.xml': 'secret',
      'META-INF/manifest.xml':
        '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>',
    });
    // What stands before the first part moves every place in the directory; yauzl takes none of that on trust.
    await expect(inspectAndRead(Buffer.concat([type, parts]), 'x.ods')).rejects.toMatchObject({
      code: expect.stringMatching(/FORMATS-12[01]/),
    });
  });
});
