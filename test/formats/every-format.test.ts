// Random tables of texts in every format there is to write, and every dialect: what goes out comes back, NULL and '' apart. The seed is
// fixed; what fails is shrunk, and named with its seed and path.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/engine/formats/index.js';
import type { FormatOptions, TableFormat } from '../../src/engine/formats/table-format.js';
import { ABSENT, EMPTY, inspectAndRead, NULL } from './read-table.js';

const SEED = 20_261_128;

const PIECES = [
  'a',
  'B',
  '0',
  '1e5',
  '-',
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\r',
  '"',
  '""',
  "'",
  ',',
  ';',
  '|',
  '\\',
  '\\N',
  'NULL',
  'null',
  'true',
  '=1+1',
  '@',
  '#',
  '&amp;',
  '<b>',
  ']]>',
  '_x0041_',
  '{"a":1}',
  '[1]',
  '2026-12-31',
  '007',
  '1.10',
  'ü',
  '漢',
  '🦆',
  '\u00a0',
  '\u2028',
  '\ufeff',
  '\ufffe',
  '\u0001',
  '\u001f',
  '\u007f',
];

interface Dialect {
  readonly says: string;
  readonly options: FormatOptions;
  /** What reading must be told: what the file itself doesn't say. */
  readonly given?: FormatOptions;
  /** True: it has no way to write names with blanks. */
  readonly plainNames?: boolean;
  /** Pieces it has no way to write; a test below shows that each really can't. */
  readonly cannotHold?: readonly string[];
}

const csv = (says: string, options: FormatOptions): Dialect => ({
  says,
  options,
  given: { header: true, ...options },
});

const DIALECTS: Readonly<Record<string, readonly Dialect[]>> = {
  csv: [
    csv('as it is', {}),
    csv('with semicolons and CRLF', { delimiter: ';', lineEnd: 'crlf' }),
    csv('with tabs and a byte order mark', { delimiter: '\t', bom: true }),
    csv('with bars and single quotes', { delimiter: '|', quote: "'" }),
  ],
  xml: [
    { says: 'as it is', options: {} },
    {
      says: 'without escapes, NULL left out',
      options: { escapes: false, nulls: 'omit' },
      plainNames: true,
      cannotHold: ['\ufffe', '\u0001', '\u001f'],
    },
  ],
};
const PLAIN: readonly Dialect[] = [{ says: 'as it is', options: {} }];

const WRITTEN = FORMATS.filter(({ writtenAs }) => writtenAs === undefined);
const CASES = WRITTEN.flatMap((format) =>
  (DIALECTS[format.name] ?? PLAIN).map(
    (dialect) => [`${format.name}, ${dialect.says}`, format, dialect] as const,
  ),
);

interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

function toTables(dialect: Dialect): fc.Arbitrary<TextTable> {
  const pieces = PIECES.filter((piece) => !dialect.cannotHold?.includes(piece));
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => parts.join(''));
  const cell = fc.option(text, { freq: 6 });
  return fc.integer({ min: 1, max: 6 }).chain((width) =>
    fc
      .array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 60 })
      .map((rows) => ({
        columns: [
          'id',
          ...Array.from({ length: width }, (_, i) => (dialect.plainNames ? `c${i}` : `column ${i}`)),
        ],
        // Formats without a header know a column by its first value, and some leave out what is NULL.
        rows: rows.map((cells, i) => [`r${i}`, ...cells]),
      })),
  );
}

async function write(
  format: TableFormat,
  { columns, rows }: TextTable,
  options: FormatOptions,
): Promise<Buffer> {
  const writer = format.createWriter({ columns, types: columns.map(() => 'text' as const), options });
  const half = rows.length >> 1;
  const parts = [
    await writer.begin(),
    await writer.rows(rows.slice(0, half)),
    await writer.rows(rows.slice(half)),
    await writer.end(),
  ];
  return Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  );
}

const toShown = (text: string): string | null =>
  text === ABSENT || text === EMPTY || text === NULL ? null : text;

describe('random tables', () => {
  it.each(CASES)('come back as %s', { timeout: 60_000 }, async (_says, format, dialect) => {
    const comesBack = fc.asyncProperty(toTables(dialect), async (table) => {
      const bytes = await write(format, table, dialect.options);
      const back = await inspectAndRead(bytes, `t.${format.extensions[0]}`, dialect.given ?? {});
      expect(back.problems).toEqual([]);
      const at = table.columns.map((column) => back.columns.indexOf(column));
      expect(back.rows.map((row) => at.map((i) => toShown(row[i] ?? ABSENT)))).toEqual(table.rows);
    });
    await fc.assert(comesBack, { seed: SEED, numRuns: 25 });
  });

  it('leave out only what really can’t be written', async () => {
    for (const [, format, { options, given = {}, cannotHold = [] }] of CASES) {
      for (const piece of cannotHold) {
        const rows = [['r', `a${piece}b`]];
        const tried = write(format, { columns: ['id', 'text'], rows }, options)
          .then((bytes) => inspectAndRead(bytes, `t.${format.extensions[0]}`, given))
          .then((back) => back.rows);
        await expect(
          tried.catch((error) => error),
          `${format.name}: ${JSON.stringify(piece)}`,
        ).resolves.not.toEqual(rows);
      }
    }
  });
});
