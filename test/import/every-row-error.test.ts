// Every error that a row can get says where it is, what is there, and what to do: line, column, field, value, code, message, hint.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importError } from '../../src/doors/files/import/import-errors.js';
import { defineEntity } from '../../src/engine/catalog/index.js';
import { FORMATS_ERRORS } from '../../src/engine/formats/formats-errors.js';
import { MAPPING_ERRORS } from '../../src/engine/mapping/mapping-errors.js';
import { RECORDS_ERRORS } from '../../src/engine/records/records-errors.js';
import { OTHER_CODES } from './every-other-row-error.js';
import { createImportFixture, type ImportFixture } from './import-fixture.js';
import { type Case, expectParts } from './row-error-parts.js';

/** Row codes that this file does not provoke, with where they are. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  ...Object.fromEntries(OTHER_CODES.map((code) => [code, 'test/import/every-other-row-error.test.ts'])),
  ...Object.fromEntries(
    [140, 141, 142, 143, 144, 145, 146, 147, 148].map((number) => [
      `FILES-${number}`,
      'test/import/file-fields/refused-files.test.ts: line, column, field, value and hint of each',
    ]),
  ),
  'FILES-115': 'test/schedules: of a file, not of a row',
  'FILES-171': 'test/api/batch-documents.test.ts: takes a batch',
  'FILES-152': 'test/import/run-files.test.ts: of a run, not of a row',
  'FILES-153': 'test/schedules/storage-places.test.ts: of a file, not of a row',
  'RECORDS-318': 'test/records/rules-hooks.test.ts: takes a minute in an import',
  'RECORDS-319': 'a warning about a sequence, not about a row',
  'RECORDS-320': 'test/access/import-under-rules.test.ts: takes a caller with rules',
  'RECORDS-331': 'test/undo/conflicts.test.ts',
  'RECORDS-332': 'test/undo/conflicts.test.ts',
  'RECORDS-333': 'test/undo/conflicts.test.ts',
  'RECORDS-334': 'test/undo/conflicts.test.ts',
  'RECORDS-335': 'test/undo/conflicts.test.ts',
};

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(
    `create type colour as enum ('red', 'green');
     create table brand (id int primary key, name text unique);
     insert into brand values (1, 'Acme');
     create table typed (key text primary key, small int2, number numeric(6,2), flag bool, day date, moment timestamptz,
       clock time, id uuid, data jsonb, raw bytea, short varchar(3), colour colour, tags int[], name text);
     create table ruled (sku text primary key, ean text unique, price numeric check (price >= 0), brand_id int references brand,
       status text not null default 'new', checked text);
     insert into ruled (sku, ean) values ('old', 'taken');
     create table guarded (id int primary key, name text);
     create function guard() returns trigger language plpgsql as $$ begin
       if tg_op = 'DELETE' then raise exception 'not to be deleted'; end if;
       if new.name = 'raise' then raise exception 'name may not be %', new.name using hint = 'Choose another.'; end if;
       if new.name = 'skip' then return null; end if;
       return new; end $$;
     create trigger guard before insert or update on guarded for each row execute function guard();
     create table kept (id int primary key, name text);
     insert into kept values (1, 'a'), (2, 'b');
     create trigger guard before delete on kept for each row execute function guard();
     create table hooked (id int primary key, name text);
     create table late (id int primary key, name text)`,
    'empty',
    {
      ruled: defineEntity({ rules: [{ name: 'known', field: 'checked', oneOf: ['a', 'b'] }] }),
      hooked: defineEntity({
        beforeWrite: () => {
          throw new Error('the hook is unwell');
        },
      }),
    },
  );
});
afterAll(() => at?.drop());

const typed = (code: string, field: string, value: string, hint: RegExp): Case => [
  code,
  'typed',
  `key,${field}\na,"${value.replaceAll('"', '""')}"\n`,
  {},
  hint,
];

const CASES: readonly Case[] = [
  typed('RECORDS-201', 'small', 'x', /digits/),
  typed('RECORDS-202', 'number', 'abc', /digits/),
  typed('RECORDS-203', 'small', '32768', /-32768 to 32767/),
  typed('RECORDS-203', 'number', '10000', /4 digits/),
  typed('RECORDS-204', 'short', 'long', /3 characters/),
  typed('RECORDS-205', 'flag', 'maybe', /true or false/),
  typed('RECORDS-206', 'day', '2026-02-30', /YYYY-MM-DD/),
  typed('RECORDS-207', 'moment', 'yesterday evening', /2026-11-23/),
  typed('RECORDS-208', 'clock', '25:00', /14:30/),
  typed('RECORDS-209', 'id', '12', /32 hexadecimal/),
  typed('RECORDS-210', 'data', '{"a":', /JSON/),
  typed('RECORDS-211', 'raw', '\\xZZ', /hexadecimal/),
  typed('RECORDS-212', 'colour', 'blue', /red, green/),
  typed('RECORDS-214', 'tags', '{1,x}', /braces/),
  [
    'RECORDS-213',
    'typed',
    '{"key":"a","small":{"b":[1]}}\n',
    { name: 'a.ndjson', formatOptions: { whole: ['small'] } },
    /one value/,
  ],
  ['RECORDS-301', 'ruled', 'sku,status\na,\n', { empty: 'null' }, /--empty default/],
  ['RECORDS-302', 'ruled', 'sku,brand.name\na,Acmee\n', {}, /Did you mean 'Acme'/],
  ['RECORDS-304', 'ruled', 'sku,price\n,1\n', {}, /Fill/],
  ['RECORDS-306', 'ruled', 'sku,price\nold,1\n', { strategy: 'add' }, /add_or_update/],
  ['RECORDS-307', 'ruled', 'sku,price\nnobody,1\n', { strategy: 'update' }, /add_or_update/],
  ['RECORDS-308', 'ruled', 'sku,price\na,-1\n', {}, /Give price at least 0/],
  ['RECORDS-309', 'ruled', 'sku,ean\na,taken\n', {}, /ruled 'old' has it/],
  ['RECORDS-309', 'ruled', 'sku,ean\nb,twin\nc,twin\n', { writers: 1 }, /(Line 2|ruled 'b') has it/],
  ['RECORDS-309', 'ruled', 'sku,ean\na,taken\n', { dryRun: true, probe: true }, /ruled 'old' has it/],
  ['RECORDS-310', 'ruled', 'sku,brand_id\na,99\n', {}, /brand\.name/],
  ['RECORDS-311', 'guarded', 'id,name\n1,raise\n', {}, /Choose another/],
  ['RECORDS-312', 'ruled', 'sku,price\nd,1\nd,2\n', {}, /--on-duplicate/],
  ['RECORDS-312', 'ruled', 'sku,price\ne,1\ne,2\n', { onDuplicate: 'fail' }, /--on-duplicate/],
  [
    'RECORDS-313',
    'kept',
    'id,name\n1,a\n',
    { strategy: 'mirror', confirmRemoval: async () => true },
    /Remove what refers/,
  ],
  ['RECORDS-315', 'ruled', 'sku,checked\na,c\n', {}, /Allowed: a, b/],
  ['RECORDS-316', 'guarded', 'id,name\n2,skip\n', {}, /trigger/],
  ['RECORDS-317', 'hooked', 'id,name\n1,a\n', {}, /configuration/],
  ['FILES-114', 'typed', 'key,name,dovetail_example\na,b,x\nc,d,\n', {}, /Empty that cell/],
  ['FORMATS-201', 'typed', 'key,name,small\na,b\n', {}, /missing cells/],
  ['FORMATS-202', 'typed', 'key,name\na,b,c,d\n', {}, /quotes/],
  ['FORMATS-203', 'typed', 'key,name\na,"b"c\nd,e\n', {}, /Double/],
  ['FORMATS-204', 'typed', 'key,name\na,b\nc,"open\nd,e\n', {}, /Close the quote/],
  [
    'FORMATS-205',
    'typed',
    Buffer.from('key,name\na,\xff\xfe\n', 'latin1'),
    { formatOptions: { encoding: 'utf-8' } },
    /encoding/,
  ],
  ['FORMATS-206', 'typed', 'key,name\na,b\0c\nd,e\n', { formatOptions: { encoding: 'utf-8' } }, /Remove it/],
  ['FORMATS-208', 'typed', 'key,name\na,b\nc,"open\nd,e"e\nf,g\n', {}, /quotes/],
  ['FORMATS-211', 'typed', '{"key":"a"}\n{"key":\n', { name: 'a.ndjson' }, /one whole JSON object/],
  ['FORMATS-212', 'typed', '{"key":"a"}\n5\n', { name: 'a.ndjson' }, /object/],
  [
    'FORMATS-213',
    'typed',
    `{"key":"a"}\n{"key":${'['.repeat(2_000)}1${']'.repeat(2_000)}}\n`,
    { name: 'a.ndjson' },
    /deeper/,
  ],
  ['FORMATS-241', 'typed', 'key,name,small\na,b,1\nc,d,2\nTotal,,3\n', {}, /skipFooter/],
];

describe('an error of a row', () => {
  it.each(CASES.map((each) => ({ code: each[0], entity: each[1], each })))('$code of $entity', ({ each }) =>
    expectParts(at, each),
  );

  it('is provoked here, or somewhere else that is named', () => {
    const codes = [
      ...Object.entries(RECORDS_ERRORS).map(([number, error]) => [`RECORDS-${number}`, error] as const),
      ...Object.entries(FORMATS_ERRORS).map(([number, error]) => [`FORMATS-${number}`, error] as const),
      ...Object.entries(MAPPING_ERRORS).map(([number, error]) => [`MAPPING-${number}`, error] as const),
      ...Object.entries(importError.kinds).map(([number, error]) => [`FILES-${number}`, error] as const),
    ].flatMap(([code, { consequence }]) => (consequence === 'skip' ? [code] : []));
    const missing = codes.filter((code) => !CASES.some(([own]) => own === code) && !(code in ELSEWHERE));
    expect(missing).toEqual([]);
  });
});
