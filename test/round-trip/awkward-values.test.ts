// Values that files like to bend, of every type: out and in again through every format, and nothing has changed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  emptyTables,
  errorsOf,
  listTables,
  type OwnRoundTrip,
  openRoundTrip,
  readPrints,
  readRows,
} from './round-trip-fixture.js';

const TYPES = `
  create type mood as enum ('fine', 'so, so', 'NULL', '', ' padded ', 'qu"ote');
  create domain sku as text check (value ~ '^[A-Z]');
  create domain small as int not null default 1 check (value < 100);
  create domain words as text[];
  create type pair as (a int, b text);
`;

const TEXTS = [
  '',
  ' ',
  '  leading',
  'trailing  ',
  '\t',
  'tab\tinside',
  'line\nfeed',
  'carriage\r\nreturn',
  '\n',
  '\r',
  'back\\slash',
  '\\',
  '\\n',
  '\\Nothing',
  'NULL',
  'null',
  '"',
  '""',
  'quo"te',
  "apos'trophe",
  ',',
  ';',
  'a,b;c|d',
  '=1+1',
  '@SUM(A1)',
  'ü',
  'e\u0301',
  '\u{1f469}\u200d\u{1f680}',
  '\ufeff',
  '\ufeffmark first',
  'mark\ufeffinside',
  '\u00a0',
  '\u2028',
  '\u0001\u001f\u007f',
  'true',
  '0012',
  '1e5',
  '{}',
  '[]',
  '{"a":1}',
  '2026-02-30',
];

/** For every type values in PostgreSQL's text form; each table also holds a NULL where the type allows it. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  smallint: ['0', '-32768', '32767'],
  integer: ['0', '-2147483648', '2147483647'],
  bigint: ['9007199254740993', '-9223372036854775808', '9223372036854775807'],
  numeric: [
    '0',
    '0.00',
    '1.10',
    '-0.000000000000000000001',
    '12345678901234567890123456789.5',
    'NaN',
    'Infinity',
    '-Infinity',
    `1${'0'.repeat(400)}`,
  ],
  'numeric(10,2)': ['0', '1.10', '-99999999.99', 'NaN'],
  real: [
    '0',
    '-0',
    '0.1',
    '3.4028235e38',
    '1.1754944e-38',
    '1e-45',
    'NaN',
    'Infinity',
    '-Infinity',
    '16777217',
  ],
  'double precision': [
    '0',
    '-0',
    '0.1',
    '0.30000000000000004',
    '1.7976931348623157e308',
    '5e-324',
    'NaN',
    'Infinity',
    '-Infinity',
  ],
  money: ['0', '12.34', '-1234567.89'],
  text: TEXTS,
  'varchar(60)': TEXTS,
  'char(60)': TEXTS,
  'char(3)': ['', 'a', 'ab ', 'abc', 'ü'],
  '"char"': ['', 'x', '"', ',', '\\'],
  name: ['', 'x y'],
  sku: ['A', 'A,b', 'Z"'],
  small: ['0', '-5', '99'],
  mood: ['fine', 'so, so', 'NULL', '', ' padded ', 'qu"ote'],
  boolean: ['t', 'f'],
  bytea: ['\\x', '\\x00', '\\x5c4e', '\\xdeadbeef0a0d22'],
  date: ['2024-02-29', '0001-01-01', '0044-03-15 BC', '12345-06-07', 'infinity', '-infinity'],
  timestamp: [
    '2024-02-29 12:34:56.789012',
    '0044-03-15 01:02:03 BC',
    '12345-06-07 00:00:00',
    'infinity',
    '-infinity',
  ],
  timestamptz: [
    '2024-02-29 12:34:56.789012+05:30',
    '1890-01-01 00:00:00+00',
    '0044-03-15 01:02:03 BC',
    'infinity',
    '-infinity',
  ],
  'timestamp(0)': ['2024-02-29 12:34:56'],
  time: ['00:00:00', '24:00:00', '23:59:59.999999'],
  timetz: ['00:00:00+00', '12:00:00-11:30', '24:00:00+01'],
  interval: ['0', '1 mon -1 day', '-00:00:00.000001', '100 years', '1 year 2 mons -3 days +04:05:06.7'],
  uuid: ['00000000-0000-0000-0000-000000000000', 'f3d6f0d5-5b05-3fde-b011-6c2eaffd74e9'],
  // Not the JSON null: see below.
  json: [
    '""',
    '"null"',
    '{"a": [1, 2.50, null], "b": "\\u00fc\\n\\"", "a": 3}',
    '[]',
    '1e2',
    '12345678901234567890.10',
  ],
  jsonb: [
    '""',
    '"null"',
    '{"a": [1, 2.50, null], "b": "\\u00fc\\n\\""}',
    '[]',
    '12345678901234567890.10',
    '"\\\\N"',
  ],
  xml: ['<a b="c">d, e</a>', '<a/>', ' text '],
  inet: ['10.1.2.3', '10.1.2.3/8', '::1'],
  cidr: ['10.0.0.0/8', '2001:db8::/32'],
  macaddr: ['08:00:2b:01:02:03'],
  macaddr8: ['08:00:2b:01:02:03:04:05'],
  'bit(4)': ['0000', '1010'],
  'bit varying': ['', '1', '0101'],
  tsvector: ["'a':1A,2 'b c':3", '', "'it''s' '\\\\'"],
  tsquery: ["'a' & 'b c':*A | !'d'", ''],
  point: ['(0.1,-2)', '(NaN,Infinity)'],
  line: ['{1,-1,0.5}'],
  lseg: ['[(0,0),(1,1.5)]'],
  box: ['(1,1),(0,0)'],
  path: ['[(0,0),(1,1)]', '((0,0),(1,1))'],
  polygon: ['((0,0),(1,1),(1,0))'],
  circle: ['<(0,0),1.5>'],
  int4range: ['empty', '[1,5)', '(,5)', '(,)'],
  numrange: ['[1.10,2.0]'],
  tstzrange: ['["2024-01-01 00:00:00+00",infinity]', '[,"2024-01-01 00:00:00+00")'],
  int4multirange: ['{}', '{[1,3),[5,7)}'],
  'integer[]': ['{}', '{1,NULL,3}', '{{1,2},{3,4}}'],
  'text[]': [
    '{}',
    '{NULL,"NULL","",null}',
    '{"a,b","q\\"t","b\\\\s","  ","{}"}',
    '{{a,b},{"c\nd","\ufeff"}}',
    '{"\\\\N"}',
  ],
  'numeric[]': ['{1.10,NaN,12345678901234567890.5}'],
  'double precision[]': ['{0.1,NaN,Infinity,-0}'],
  'boolean[]': ['{t,f,NULL}'],
  'bytea[]': ['{"\\\\x00","\\\\x"}'],
  'timestamptz[]': ['{"2024-02-29 12:34:56+00",infinity}'],
  'jsonb[]': ['{"{\\"a\\": \\"b\\"}","null","[1]"}'],
  'mood[]': ['{fine,"so, so","NULL",""}'],
  'sku[]': ['{A,"B,c"}'],
  words: ['{}', '{"a b",NULL}'],
  'int4range[]': ['{empty,"[1,5)"}'],
  pair: ['(1,"a,""b")', '(,)', '(,"")', '(5,"\\\\N")'],
  'pair[]': ['{"(1,\\"a,b\\")",NULL}'],
  oid: ['0', '4294967295'],
  regclass: ['pg_class'],
  regtype: ['integer'],
  jsonpath: ['$."a"[*] ? (@ > 1)'],
  pg_lsn: ['16/B374D848'],
  xid8: ['18446744073709551615'],
  int2vector: ['1 2 3'],
};
const TYPE_NAMES = Object.keys(VALUES);
const isNullable = (type: string): boolean => type !== 'small';

/** Columns `c0` … in one table, a row for each turn of the values; the last row has NULL wherever it may be. */
async function createWide(from: readonly string[]): Promise<OwnRoundTrip> {
  const columns = from.map((type, i) => `c${i} ${type}`).join(', ');
  const at = await openRoundTrip('empty', `${TYPES} create table wide (id int primary key, ${columns});`);
  const rows = Math.max(...from.map((type) => VALUES[type]!.length));
  const list = ['id', ...from.map((_, i) => `c${i}`)];
  const places = list.map((_, i) => `$${i + 1}`).join(', ');
  for (let row = 0; row <= rows; row++) {
    const values = from.map((type) => {
      const all = VALUES[type]!;
      return row === rows && isNullable(type) ? null : all[row % all.length];
    });
    await at.database.query(`insert into wide (${list.join(', ')}) values (${places})`, [row, ...values]);
  }
  return at;
}

/** Rows that differ, as `type: stored -> found`. */
function tellDifferences(stored: readonly string[], found: readonly string[]): readonly string[] {
  const byId = new Map(found.map((row) => [(JSON.parse(row) as string[])[0], JSON.parse(row) as string[]]));
  return stored.flatMap((text) => {
    const [id, ...cells] = JSON.parse(text) as string[];
    const other = byId.get(id);
    if (!other) return [`row ${id} is gone`];
    return cells.flatMap((cell, i) =>
      cell === other[i + 1]
        ? []
        : [`${TYPE_NAMES[i]}: ${JSON.stringify(cell)} -> ${JSON.stringify(other[i + 1])}`],
    );
  });
}

describe('values of every type', () => {
  let at: OwnRoundTrip;
  beforeAll(async () => {
    at = await createWide(TYPE_NAMES);
  });
  afterAll(() => at.drop());

  describe.each(['csv', 'ndjson', 'json'])('as %s', (format) => {
    it('are unchanged when they come in again', async () => {
      const [entity] = listTables(at);
      const stored = await readRows(at, entity!);
      const before = await readPrints(at);
      const report = await at.import('wide', await at.export('wide', format));
      expect(errorsOf(report)).toEqual([]);
      expect(tellDifferences(stored, await readRows(at, entity!))).toEqual([]);
      expect(report.counters.unchanged).toBe(stored.length);
      expect(await readPrints(at)).toEqual(before);
    });

    it('fill an empty table with what it held, NULL and the empty text apart', async () => {
      const [entity] = listTables(at);
      const stored = await readRows(at, entity!);
      const file = await at.export('wide', format);
      await emptyTables(at, [entity!]);
      const report = await at.import('wide', file, { empty: 'null' });
      expect(errorsOf(report)).toEqual([]);
      expect(tellDifferences(stored, await readRows(at, entity!))).toEqual([]);
    });
  });
});

describe.each(['text', 'varchar(60)', 'char(60)', 'text[]', 'jsonb'])('a table of nothing but %s', (type) => {
  let at: OwnRoundTrip;
  beforeAll(async () => {
    at = await openRoundTrip('empty', `create table narrow (id int primary key, v ${type});`);
    for (const [id, value] of [...VALUES[type]!, null].entries())
      await at.database.query('insert into narrow values ($1, $2)', [id, value]);
  });
  afterAll(() => at.drop());

  it.each(['csv', 'ndjson', 'json'])('is unchanged when it comes in again as %s', async (format) => {
    const [entity] = listTables(at);
    const stored = await readRows(at, entity!);
    const before = await readPrints(at);
    const report = await at.import('narrow', await at.export('narrow', format));
    expect(errorsOf(report)).toEqual([]);
    expect(await readRows(at, entity!)).toEqual(stored);
    expect(await readPrints(at)).toEqual(before);
  });
});

describe('the null of JSON', () => {
  let at: OwnRoundTrip;
  beforeAll(async () => {
    at = await openRoundTrip(
      'empty',
      `create table narrow (id int primary key, v jsonb, j json);
       insert into narrow values (1, 'null', ' [1, 2 ] '), (2, null, null);`,
    );
  });
  afterAll(() => at.drop());

  it('and that of SQL stay apart in CSV, and blanks around JSON text stay where they are', async () => {
    const before = await readPrints(at);
    const report = await at.import('narrow', await at.export('narrow', 'csv'), { empty: 'null' });
    expect(report.counters).toMatchObject({ read: 2, unchanged: 2 });
    expect(await readPrints(at)).toEqual(before);
  });

  it('is that of SQL in JSON, which has but one; blanks around a value are not part of it', async () => {
    await at.import('narrow', await at.export('narrow', 'ndjson'));
    const [entity] = listTables(at);
    expect(await readRows(at, entity!)).toEqual(['["1", null, "[1, 2 ]"]', '["2", null, null]']);
  });
});

describe('the text \\N', () => {
  it('is kept by JSON and CSV, though others write NULL like that', async () => {
    const at = await openRoundTrip(
      'empty',
      String.raw`create table narrow (id int primary key, v text, w text);
        insert into narrow values (1, '\N', null), (2, 'b,\N,', '\N'), (3, '\N', '"'), (4, repeat('x"', 200000), '\N')`,
    );
    try {
      const before = await readPrints(at);
      await at.import('narrow', await at.export('narrow', 'ndjson'));
      const file = await at.export('narrow', 'csv');
      await at.import('narrow', file);
      expect(await readPrints(at)).toEqual(before);
      // Whoever writes it bare means NULL.
      await at.importText('narrow', 'id,v\n1,\\N\n');
      expect((await readRows(at, listTables(at)[0]!))[0]).toBe('["1", null, null]');
    } finally {
      await at.drop();
    }
  });
});
