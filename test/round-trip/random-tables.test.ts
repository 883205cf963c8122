// Random records of every common type, exported in every format that is written, and through random mappings: importing what came
// out changes nothing, and brings back what was deleted. The seed is fixed; what fails is shrunk, and named with its seed and path.
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMATS } from '../../src/engine/formats/index.js';
import type { MappedField } from '../../src/engine/mapping/index.js';
import { countsOf, createImportFixture, type ImportFixture, toCall } from '../import/import-fixture.js';

const SEED = 20_261_128;
const WRITTEN = FORMATS.filter(({ writtenAs }) => writtenAs === undefined);

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(`
    create table maker (id bigint generated always as identity primary key, name text not null unique);
    create table thing (id bigint generated always as identity primary key, code text not null unique, words text, amount numeric(18, 4),
      size integer, huge bigint, share double precision, yes boolean, day date, moment timestamptz, clock time,
      tags text[], data jsonb, bytes bytea, maker_id bigint references maker);
    insert into maker (name) values ('Acme'), ('Ünïcode, "quoted"'), ('NULL');`);
});
afterAll(() => at?.drop());

// What a workbook's cells and XML can hold; control characters have tests of their own.
const letters = fc.constantFrom(...'aZ09 ,;|\t"\'\\=+-@#<>&_{}[]:/éß漢🦆\n'.match(/[\s\S]/gu)!);
const words = fc.oneof(
  fc.string({ unit: letters, maxLength: 12 }),
  fc.constantFrom(
    '',
    'NULL',
    'null',
    '\\N',
    'true',
    '007',
    '1e5',
    '2026-12-31',
    '=1+1',
    '_x0041_',
    ' padded ',
  ),
);
const digits = (min: number, max: number) => fc.integer({ min, max }).map(String);
// A JSON document has one null only: there, and in a cell of CSV that says `null`, JSON's and SQL's are not told apart.
const json = fc.jsonValue({ maxDepth: 2, stringUnit: letters }).filter((value) => value !== null);

/** By field: values in the text form that PostgreSQL takes. */
const VALUES = {
  words,
  amount: fc
    .tuple(digits(-1e9, 1e9), digits(0, 9999))
    .map(([whole, rest]) => `${whole}.${rest.padStart(4, '0')}`),
  size: digits(-(2 ** 31), 2 ** 31 - 1),
  huge: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  share: fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  yes: fc.boolean().map(String),
  day: fc
    .date({ min: new Date('1901-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10)),
  moment: fc
    .date({ min: new Date('1901-01-01'), max: new Date('2199-12-31'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  clock: fc
    .tuple(digits(0, 23), digits(0, 59), digits(0, 59))
    .map((parts) => parts.map((part) => part.padStart(2, '0')).join(':')),
  tags: fc.array(fc.option(words), { maxLength: 3 }).map(toArrayText),
  data: json.map((value) => JSON.stringify(value)),
  bytes: fc.uint8Array({ maxLength: 6 }).map((bytes) => `\\x${Buffer.from(bytes).toString('hex')}`),
  maker_id: digits(1, 3),
} as const;
type Name = keyof typeof VALUES;
const NAMES = Object.keys(VALUES) as readonly Name[];

function toArrayText(items: readonly (string | null)[]): string {
  return `{${items.map((item) => (item === null ? 'NULL' : `"${item.replace(/[\\"]/g, '\\$&')}"`)).join(',')}}`;
}

type Row = Readonly<Record<Name, string | null>>;
const row = fc.record(
  Object.fromEntries(NAMES.map((name) => [name, fc.option(VALUES[name], { freq: 5 })])),
) as unknown as fc.Arbitrary<Row>;
const rows = fc.array(row, { minLength: 1, maxLength: 20 });

async function store(table: readonly Row[]): Promise<readonly unknown[]> {
  await at.run('truncate thing');
  for (const [i, values] of table.entries()) {
    await at.database.query(
      `insert into thing (code, ${NAMES.join(', ')}) values ($1, ${NAMES.map((_, n) => `$${n + 2}`).join(', ')})`,
      [`c${i}`, ...NAMES.map((name) => values[name])],
    );
  }
  return readStored();
}

const readStored = () =>
  at.rows(
    `select (to_jsonb(t) - 'id')::text, share::text, bytes::text from thing t order by code collate "C"`,
  );

async function exportTo(file: string, format: string, mapping?: string): Promise<string> {
  const path = join(at.folder, file);
  const about = {
    formatOptions: {},
    full: false,
    signal: new AbortController().signal,
    onProgress: () => {},
  };
  const mapped = mapping === undefined ? {} : { mapping };
  await at.files.export({ entity: 'thing', format, target: { path }, ...mapped, ...about });
  return path;
}

async function importFrom(path: string, mapping?: string) {
  const call = toCall(mapping === undefined ? { entity: 'thing' } : { mapping });
  const report = await at.files.import({ ...call, source: { path } });
  expect(report.errors).toEqual([]);
  return countsOf(report);
}

describe('random records', () => {
  it.each(WRITTEN)(
    'exported as $name import back unchanged, and whole',
    { timeout: 120_000 },
    async (format) => {
      const holds = fc.asyncProperty(rows, async (table) => {
        const stored = await store(table);
        const path = await exportTo(`things.${format.extensions[0]}`, format.name);
        expect(await importFrom(path)).toEqual({ read: table.length, unchanged: table.length });
        await at.run('truncate thing');
        expect(await importFrom(path)).toEqual({ read: table.length, added: table.length });
        expect(await readStored()).toEqual(stored);
      });
      await fc.assert(holds, {
        seed: SEED,
        numRuns: 12,
        interruptAfterTimeLimit: 90_000,
        markInterruptAsFailure: true,
      });
    },
  );
});

/** Steps that an export undoes whatever the text, by the kind of field. */
const affix = fc.stringMatching(/^[A-Z]{1,3}[-:]$/);
type Steps = NonNullable<MappedField['steps']>;
const unsteps: fc.Arbitrary<Steps> = fc.array(
  fc.oneof(
    affix.map((unprefix) => ({ unprefix })),
    affix.map((unsuffix) => ({ unsuffix })),
  ),
  { maxLength: 3 },
);
// One that puts on what the next takes away again is no way to write anything.
const steps: fc.Arbitrary<Steps> = fc.oneof(
  unsteps,
  fc.array(
    fc.oneof(
      affix.map((prefix) => ({ prefix })),
      affix.map((suffix) => ({ suffix })),
    ),
    { maxLength: 3 },
  ),
);
const column = fc.stringMatching(/^[A-Z][a-z]{2,5}$/);

const mapping = fc
  .record({
    columns: fc.uniqueArray(column, { minLength: 8, maxLength: 8, selector: (name) => name.toLowerCase() }),
    code: unsteps,
    words: steps,
    size: unsteps,
    separator: fc.constantFrom('|', ';'),
    yes: fc.constantFrom(
      { on: 'true', off: 'false' },
      { '1': 'true', '0': 'false' },
      { ja: 'true', nein: 'false' },
    ),
    dropped: fc.subarray(['amount', 'moment', 'maker.name'] as const, { maxLength: 2 }),
  })
  .map(({ columns, code, words: ofWords, size, separator, yes, dropped }) => {
    const fields: readonly MappedField[] = [
      { field: 'code', column: columns[0]!, steps: code },
      { field: 'words', column: columns[1]!, steps: ofWords },
      { field: 'size', column: columns[2]!, steps: size },
      { field: 'tags', column: columns[3]!, steps: [{ list: separator }] },
      { field: 'yes', column: columns[4]!, steps: [{ map: yes }] },
      { field: 'amount', column: columns[5]! },
      { field: 'moment', column: columns[6]! },
      { field: 'maker.name', column: columns[7]! },
    ];
    return {
      entity: 'thing',
      fields: fields.filter(({ field }) => !(dropped as readonly string[]).includes(field)),
    };
  });

// A mapping says by a blank cell that there is nothing, so the empty text, and items that are blank or hold the separator, are not its matter.
const item = fc.stringMatching(/^[a-z0-9é漢]{1,5}( [a-z]{1,3})?$/);
const mappedRow = fc
  .tuple(row, fc.option(item), fc.option(fc.array(item, { minLength: 1, maxLength: 3 })))
  .map(([values, text, tags]): Row => ({ ...values, words: text, tags: tags && toArrayText(tags) }));

describe('a random mapping', () => {
  it('writes out what it takes in again unchanged, and whole', { timeout: 120_000 }, async () => {
    const holds = fc.asyncProperty(
      mapping,
      fc.array(mappedRow, { minLength: 1, maxLength: 12 }),
      fc.constantFrom('csv', 'ndjson', 'xlsx'),
      async (made, table, format) => {
        await store(table);
        // Whatever was stored before: from here on it is what the mapping made of a file.
        const path = await at.write('mapping.json', JSON.stringify(made));
        await importFrom(await exportTo(`first.${format}`, format, path), path);
        const file = await exportTo(`mapped.${format}`, format, path);
        expect(await importFrom(file, path)).toEqual({ read: table.length, unchanged: table.length });
        const fields = made.fields
          .map(({ field }) => (field === 'maker.name' ? 'maker_id' : field))
          .join(', ');
        const stored = await at.rows(`select ${fields} from thing order by code collate "C"`);
        await at.run('truncate thing');
        expect(await importFrom(file, path)).toEqual({ read: table.length, added: table.length });
        expect(await at.rows(`select ${fields} from thing order by code collate "C"`)).toEqual(stored);
      },
    );
    await fc.assert(holds, {
      seed: SEED,
      numRuns: 40,
      interruptAfterTimeLimit: 90_000,
      markInterruptAsFailure: true,
    });
  });
});
