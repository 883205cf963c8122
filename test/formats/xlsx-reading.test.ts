// What XLSX files of every make come to: the text an import reads, or a problem that names the cell.
import { describe, expect, it } from 'vitest';
import { DovetailError } from '../../src/foundation/errors/dovetail-error.js';
import { EMPTY, inspectAndRead, NULL } from './read-table.js';
import { bookParts, type Cells, toBook, toRows, toZip } from './workbook-builder.js';

const of = (attributes: string, inner = '') => ({ attributes, inner });
const value = (attributes: string, v: string | number) => of(attributes, `<v>${v}</v>`);

/** Reads the only sheet, made of a header `a, b, …` and the rows. */
async function readRows(rows: readonly Cells[], more: Parameters<typeof toBook>[0] | object = {}) {
  const width = Math.max(...rows.map((row) => row.length));
  const header = Array.from({ length: width }, (_, i) => 'abcdefghijklm'[i]!);
  const book = await toBook({ sheets: { S: toRows([header, ...rows]) }, ...more });
  return inspectAndRead(book, 'x.xlsx', { header: true });
}

describe('numbers in a workbook', () => {
  it.each([
    ['0.30000000000000004', '0.3'],
    ['1.1000000000000001', '1.1'],
    ['3.0', '3'],
    ['12345678901234567', '12345678901234567'],
    ['1E-3', '0.001'],
    ['1.2345678901234567E+19', '12345678901234600000'],
    ['-0', '0'],
    ['4.3142590000000002', '4.314259'],
  ])('%s is read as %s: no digit is invented, none lost', async (raw, text) => {
    expect((await readRows([['x', value('', raw)]])).rows[0]).toEqual(['x', text]);
  });

  it('have the leading zeros a format of zeros shows, and stay numbers under percent and currency', async () => {
    const formats = ['00000', '0.00%', '[$€-407] #,##0.00', '0.00E+00', '#,##0;[Red]-#,##0'];
    const { rows } = await readRows([['x', ...formats.map((_, i) => value(`s="${i + 1}"`, 1234))]], {
      formats,
    });
    expect(rows[0]).toEqual(['x', '01234', '1234', '1234', '1234', '1234']);
  });
});

describe('dates in a workbook', () => {
  const formats = [
    'yyyy-mm-dd',
    'd/m/yy h:mm',
    'hh:mm:ss',
    '[h]:mm',
    '[Red]dd"d. "mmm',
    'mm:ss.000',
    '0 "days"',
  ];
  const read = async (serials: readonly (number | string)[], date1904 = false) =>
    (
      await readRows([['x', ...serials.map((serial, i) => value(`s="${i + 1}"`, serial))]], {
        formats,
        date1904,
      })
    ).rows[0]!.slice(1);

  it('are known by their number format, whatever it looks like', async () => {
    expect(await read([46387, '46387.999988425926', 0.75, 2.0625, 46387, '0.00001', 3])).toEqual([
      '2026-12-31',
      '2026-12-31 23:59:59',
      '18:00:00',
      '49:30:00',
      '2026-12-31',
      '00:00:00.864',
      '3',
    ]);
  });

  it('count from 1904 where the workbook says so', async () => {
    expect(await read([0, 44925.5], true)).toEqual(['1904-01-01', '2026-12-31 12:00:00']);
  });

  it('count from 1904 whatever extensions of the workbook use the same names', async () => {
    const parts = bookParts({ sheets: { S: toRows([['a'], [value('s="1"', 0)]]) }, formats, date1904: true });
    const extension =
      '<extLst><ext><x15:workbookPr xmlns:x15="urn:x" chartTrackingRefBase="1"/></ext></extLst>';
    const workbook = parts['xl/workbook.xml']!.replace('</workbook>', `${extension}</workbook>`);
    const table = await inspectAndRead(await toZip({ ...parts, 'xl/workbook.xml': workbook }), 'x.xlsx', {
      header: true,
    });
    expect(table.rows).toEqual([['1904-01-01']]);
  });

  it('keep what the format hides: a time behind a date, a day before a time', async () => {
    expect(await read([46387.5, 46387, 46387.25])).toEqual([
      '2026-12-31 12:00:00',
      '2026-12-31 00:00:00',
      '2026-12-31 06:00:00',
    ]);
  });

  it('jump over 29 February 1900, which is a problem that names its cell', async () => {
    const table = await readRows(
      [59, 60, 61].map((serial) => ['x', value('s="1"', serial)]),
      { formats },
    );
    expect(table.rows).toEqual([
      ['x', '1900-02-28'],
      ['x', EMPTY],
      ['x', '1900-03-01'],
    ]);
    expect(table.problems).toMatchObject([{ record: 2, line: 3, code: 'FORMATS-222' }]);
    expect(table.problems[0]!.message).toContain('B3');
  });
});

describe('cells of a workbook', () => {
  it('are texts: shared, inline, rich, spoken, escaped, blank', async () => {
    const shared = [
      '<t>plain</t>',
      '<r><t>ri</t></r><r><rPr><b/></rPr><t xml:space="preserve">ch </t></r>',
      '<t>東京</t><rPh sb="0" eb="1"><t>トウキョウ</t></rPh>',
      '<t>two_x000D_\nlines _x005F_x0041_</t>',
      '<t/>',
    ];
    const { rows } = await readRows([[...shared.map((_, i) => value('t="s"', i)), ' in '], ['-']], {
      shared,
    });
    expect(rows[0]).toEqual(['plain', 'rich ', '東京', 'two\r\nlines _x0041_', '', ' in ']);
  });

  it('are booleans, errors and formulas by their value', async () => {
    const table = await readRows([
      [
        value('t="b"', 1),
        value('t="b"', 0),
        of('', '<f>1+1</f><v>2</v>'),
        of('t="str"', '<f>"a"</f><v>a</v>'),
        'x',
      ],
      [of('', '<f>A1</f>'), 'y', null, of('t="str"', '<f>""</f><v></v>'), value('t="e"', '#N/A')],
      [
        value('t="s"', 7),
        value('', 'abc'),
        value('t="zz"', 1),
        value('t="d"', '2026-12-31T10:00:00'),
        of('s="3"'),
      ],
    ]);
    expect(table.rows).toEqual([
      ['true', 'false', '2', 'a', 'x'],
      [EMPTY, 'y', EMPTY, EMPTY, EMPTY],
      [EMPTY, EMPTY, EMPTY, '2026-12-31 10:00:00', EMPTY],
    ]);
    expect(table.problems.map(({ record, code, message }) => [record, code, message.split(' ')[1]])).toEqual([
      [2, 'FORMATS-221', 'A3'],
      [2, 'FORMATS-220', 'E3'],
      [3, 'FORMATS-224', 'A4'],
      [3, 'FORMATS-224', 'B4'],
      [3, 'FORMATS-224', 'C4'],
    ]);
  });

  it('with errors are NULL if asked for', async () => {
    const book = await toBook({
      sheets: {
        S: toRows([
          ['a', 'b'],
          ['x', value('t="e"', '#REF!')],
        ]),
      },
    });
    const table = await inspectAndRead(book, 'x.xlsx', { header: true, errors: 'null' });
    expect([table.rows, table.problems]).toEqual([[['x', NULL]], []]);
  });

  it('that are merged have their value in the first, or in each if asked for', async () => {
    const sheets = {
      S: toRows([
        ['a', 'b', 'c'],
        ['x', 'y', '1'],
        [null, null, '2'],
        ['z', null, '3'],
      ]),
    };
    const behind = '<mergeCells><mergeCell ref="A2:A3"/><mergeCell ref="B2:B4"/></mergeCells>';
    const book = await toBook({ sheets, behind });
    expect((await inspectAndRead(book, 'x.xlsx')).rows[1]).toEqual([EMPTY, EMPTY, '2']);
    expect((await inspectAndRead(book, 'x.xlsx', { merged: 'fill' })).rows).toEqual([
      ['x', 'y', '1'],
      ['x', 'y', '2'],
      ['z', 'y', '3'],
    ]);
  });

  it('beyond the columns of the table are a problem of their row, where they come after what was looked at', async () => {
    const rows: Cells[] = [['a', 'b'], ...Array.from({ length: 450 }, (): Cells => ['x', 1])];
    const book = await toBook({ sheets: { S: toRows([...rows, ['x', 1, 'note']]) } });
    const table = await inspectAndRead(book, 'x.xlsx');
    expect(table.problems).toMatchObject([{ record: 451, line: 452, code: 'FORMATS-223' }]);
  });
});

describe('sheets of a workbook', () => {
  const sheets = {
    Cover: '',
    Old: toRows([['h'], ['old']]),
    Prices: toRows([
      ['sku', 'price'],
      ['A', 1],
    ]),
  };

  it('are chosen by what they hold, by name or by number, and those there are are said', async () => {
    const book = await toBook({ sheets, hidden: ['Old'] });
    const found = await inspectAndRead(book, 'x.xlsx');
    expect(found.columns).toEqual(['sku', 'price']);
    expect(found.says).toContain("sheet 'Prices' of 3: 'Cover', 'Old' (hidden), 'Prices'");
    for (const sheet of ['Old', 'old', '2', 2])
      expect((await inspectAndRead(book, 'x.xlsx', { sheet })).rows).toEqual([['old']]);
    await expect(inspectAndRead(book, 'x.xlsx', { sheet: 'Nope' })).rejects.toMatchObject({
      code: 'FORMATS-125',
      hint: expect.stringContaining("'Prices'"),
    });
  });

  it('with the same header are one table if asked for; rows of further sheets count on', async () => {
    const parts = {
      North: toRows([
        ['sku', 'n'],
        ['A', 1],
      ]),
      Note: toRows([['by hand']]),
      South: toRows([
        ['sku', 'n'],
        ['B', 2],
      ]),
    };
    const book = await toBook({ sheets: parts });
    expect((await inspectAndRead(book, 'x.xlsx')).rows).toEqual([['A', '1']]);
    const all = await inspectAndRead(book, 'x.xlsx', { sheets: 'all' });
    expect([all.rows, all.lines]).toEqual([
      [
        ['A', '1'],
        ['B', '2'],
      ],
      [2, 4],
    ]);
  });

  it('have headers below notes, repeated, missing, or none; columns can be named', async () => {
    const notes = [
      ['Price list'],
      ['as of 2026'],
      [],
      ['sku', 'price', 'price', null],
      ['A', 1, 2, 'x'],
      ['B', 3, 4],
    ];
    const book = await toBook({ sheets: { S: toRows(notes as Cells[]) } });
    const table = await inspectAndRead(book, 'x.xlsx');
    expect(table.columns).toEqual(['sku', 'price', 'price_2', 'column4']);
    expect(table.lines).toEqual([5, 6]);
    expect(table.says.join('; ')).toContain('2 rows above the table passed over; header in row 4');
    const none = await toBook({
      sheets: {
        S: toRows([
          ['A', 1],
          ['B', 2],
        ]),
      },
    });
    expect((await inspectAndRead(none, 'x.xlsx')).columns).toEqual(['column1', 'column2']);
    const named = await inspectAndRead(none, 'x.xlsx', { columns: ['sku', 'n'] });
    expect([named.columns, named.rows]).toEqual([
      ['sku', 'n'],
      [
        ['A', '1'],
        ['B', '2'],
      ],
    ]);
  });

  it('have neither rows nor columns where only styles stand', async () => {
    const styled = Array.from(
      { length: 1000 },
      (_, i) => `<row r="${i + 3}"><c r="A${i + 3}" s="1"/><c r="Z${i + 3}" s="1"/></row>`,
    );
    const book = await toBook({
      sheets: {
        S:
          toRows([
            ['a', 'b'],
            ['x', 1],
          ]) + styled.join(''),
      },
    });
    const table = await inspectAndRead(book, 'x.xlsx');
    expect([table.columns, table.rows]).toEqual([['a', 'b'], [['x', '1']]]);
  });

  it('have totals and counts below the table, which are passed over with a warning, or kept', async () => {
    const rows = [
      ['sku', 'name', 'price'],
      ['A', 'Anvil', '1.50'],
      ['B', 'Bolt', '2.50'],
      ['Total', of(''), value('', 4)],
      ['2 rows'],
    ];
    const book = await toBook({ sheets: { S: toRows(rows) } });
    const dropped = ({ problems }: Awaited<ReturnType<typeof inspectAndRead>>) =>
      problems.map(({ record, code }) => [record, code]);
    expect(dropped(await inspectAndRead(book, 'x.xlsx'))).toEqual([
      [3, 'FORMATS-241'],
      [4, 'FORMATS-241'],
    ]);
    expect(dropped(await inspectAndRead(book, 'x.xlsx', { skipFooter: 1 }))).toEqual([[4, 'FORMATS-241']]);
    expect(dropped(await inspectAndRead(book, 'x.xlsx', { skipFooter: 0 }))).toEqual([]);
  });

  it('leave hidden rows out if asked to', async () => {
    const hidden = '<row r="3" hidden="1"><c r="A3"><v>2</v></c></row>';
    const book = await toBook({ sheets: { S: toRows([['a'], [1]]) + hidden } });
    expect((await inspectAndRead(book, 'x.xlsx')).rows.length).toBe(2);
    expect((await inspectAndRead(book, 'x.xlsx', { hiddenRows: 'skip' })).rows.length).toBe(1);
  });
});

describe('hostile and foreign workbooks', () => {
  const refusal = async (bytes: Buffer) => {
    const error = await inspectAndRead(bytes, 'x.xlsx').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DovetailError);
    expect((error as DovetailError).hint).toBeTruthy();
    return (error as DovetailError).code;
  };
  const book = (sheet: string) => ({ ...bookParts({ sheets: { S: '' } }), 'xl/worksheets/s0.xml': sheet });

  it('with entities, document types, endless nesting or broken XML are refused', async () => {
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>';
    expect(await refusal(await toZip(book(bomb)))).toBe('FORMATS-124');
    expect(await refusal(await toZip(book('<worksheet>&unknown;</worksheet>')))).toBe('FORMATS-124');
    expect(await refusal(await toZip(book('<a>'.repeat(100_000))))).toBe('FORMATS-124');
    expect(await refusal(await toZip(book('<worksheet><sheetData><row r="1">')))).toBe('FORMATS-124');
  });

  it('with columns or rows beyond what there can be are refused', async () => {
    const at = (row: string, cell: string) =>
      `<worksheet><sheetData><row r="${row}"><c r="${cell}"><v>1</v></c></row></sheetData></worksheet>`;
    expect(await refusal(await toZip(book(at('1', 'ZZZZ1'))))).toBe('FORMATS-110');
    expect(await refusal(await toZip(book(at('99999999', 'A1'))))).toBe('FORMATS-123');
  });

  it('that expand without end are refused before they fill the memory', async () => {
    const parts = book(`<worksheet><sheetData>${' '.repeat(300 * 1024 * 1024)}</sheetData></worksheet>`);
    expect(await refusal(await toZip(parts))).toMatch(/FORMATS-(107|124)/);
  }, 120_000);

  it('that are cut off, binary (XLSB) or no workbooks say what to do', async () => {
    const whole = await toBook({ sheets: { S: toRows([['a'], ['x']]) } });
    expect(await refusal(whole.subarray(0, whole.length - 30))).toBe('FORMATS-120');
    const xlsb = { '[Content_Types].xml': '<Types/>', 'xl/workbook.bin': 'x' };
    expect(await refusal(await toZip(xlsb))).toBe('FORMATS-123');
    expect(await refusal(await toZip({ '[Content_Types].xml': '<Types/>' }))).toBe('FORMATS-123');
  });

  it('with a password say so: they are containers of another kind', async () => {
    const container = Buffer.alloc(4096);
    Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(container);
    container.write('EncryptedPackage', 1024, 'utf16le');
    expect(await refusal(container)).toBe('FORMATS-121');
  });

  it('with absolute paths, odd prefixes or UTF-16 are read all the same', async () => {
    const parts = bookParts({ sheets: { S: '' } });
    const sheet =
      '<x:worksheet xmlns:x="urn:m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(sheet, 'utf16le')]);
    const relations = parts['xl/_rels/workbook.xml.rels']!.replace('worksheets/', '/xl/worksheets/');
    const bytes = await toZip({
      ...parts,
      'xl/_rels/workbook.xml.rels': relations,
      'xl/worksheets/s0.xml': utf16,
    });
    expect((await inspectAndRead(bytes, 'x.xlsx')).rows).toEqual([['1']]);
  });
});
