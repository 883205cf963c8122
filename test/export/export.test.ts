import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { createFixture, type ExportFixture, exportText, readBack } from './export-fixture.js';

const HARD = [
  'plain',
  '',
  null,
  ' blank ends ',
  'a,b',
  'say "hi"',
  'two\nlines',
  'cr\rcrlf\r\n',
  '\\N',
  '\\.',
  'tab\tback\\slash',
  '=1+1',
  '-5',
  '@x',
  'ünïcödé 🙂',
  "o'clock",
];

let at: ExportFixture;
let folder: string;
beforeAll(async () => {
  at = await createFixture(
    'empty',
    `create table brand (id int generated always as identity primary key, name text not null unique, country char(4));
     create type size as (w int, h int);
     create table "Odd Item" (
       "Item No" int primary key, "a.b" text, flag boolean, price numeric, tags text[], numbers bigint[], doc jsonb, raw json,
       box size, span int4range, bin bytea, at timestamptz, took interval, brand_id int references brand, twin int references "Odd Item");
     create table line (item int references "Odd Item", pos int, note text, primary key (item, pos));
     insert into brand (name, country) values ('Acme', 'DE'), ('Böhm "&" Co', null);
     insert into "Odd Item" values
       (2, 'x', true, 1.50, '{a,"b c",NULL}', '{9007199254740993}', '{"n": 1.10, "s": "ä"}', E'{"a":\\n1}', '(1,2)', '[1,5)', '\\xDEAD', '2026-01-02 03:04:05.678+00', '1 day 2:03', 1, null),
       (1, '', false, 'NaN', '{}', null, '[]', null, null, null, '', null, null, 2, 2);
     insert into line values (2, 1, 'first'), (2, 2, null);
     create table hard (id int primary key, value text);
     create table lonely (value text);
     create view odd_view as select "Item No", flag from "Odd Item";
     create table many as select i as id, md5(i::text) as value, repeat('x', 200) as filler from generate_series(1, 60000) i;
     alter table many add primary key (id);`,
  );
  for (const [i, value] of HARD.entries())
    await at.database.query('insert into hard values ($1, $2)', [i, value]);
  await at.database.query("insert into lonely values ('x'), (null), (''), ('\\.')");
  folder = await mkdtemp(join(tmpdir(), 'dovetail-export-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await at.drop();
});

describe('an export', () => {
  it('writes every type so that it reads back, references by their identity, in key order', async () => {
    const { text, lane, ordered } = await exportText(at, 'Odd Item');
    expect([lane, ordered]).toEqual(['direct', true]);
    const { columns, rows } = await readBack(text, 'csv');
    const records = rows.map((row) => Object.fromEntries(row.map((value, i) => [columns[i], value])));
    expect(records).toEqual([
      {
        'Item No': '1',
        '"a.b"': '',
        flag: 'false',
        price: 'NaN',
        tags: '{}',
        doc: '[]',
        bin: '\\x',
        'brand.name': 'Böhm "&" Co',
        twin: '2',
      },
      {
        'Item No': '2',
        '"a.b"': 'x',
        flag: 'true',
        price: '1.50',
        tags: '{a,"b c",NULL}',
        numbers: '{9007199254740993}',
        doc: '{"n": 1.10, "s": "ä"}',
        raw: '{"a":\n1}',
        box: '(1,2)',
        span: '[1,5)',
        bin: '\\xdead',
        at: '2026-01-02 03:04:05.678+00',
        took: 'P1DT2H3M',
        'brand.name': 'Acme',
      },
    ]);
  });

  it('writes JSON with bare numbers, booleans, lists and objects, and not a digit lost', async () => {
    const { text } = await exportText(at, 'Odd Item', {
      format: 'ndjson',
      fields: ['Item No', 'flag', 'price', 'tags', 'numbers', 'doc', 'raw', 'brand.name'],
    });
    const [first, second] = text.split('\n');
    expect(JSON.parse(first!)).toEqual({
      'Item No': 1,
      flag: false,
      price: 'NaN',
      tags: [],
      numbers: null,
      doc: [],
      raw: null,
      brand: { name: 'Böhm "&" Co' },
    });
    expect(second).toContain('"price":1.50');
    expect(second).toContain('"n": 1.10');
    expect(JSON.parse(second!)).toMatchObject({
      tags: ['a', 'b c', null],
      numbers: ['9007199254740993'],
      raw: { a: 1 },
      brand: { name: 'Acme' },
    });
  });

  it('keeps every hard text, and NULL and the empty text apart, in both lanes', async () => {
    const direct = await exportText(at, 'hard');
    const written = await exportText(at, 'hard', { options: { rowEnd: '' } });
    expect([direct.lane, written.lane]).toEqual(['direct', 'written']);
    for (const { text } of [direct, written]) {
      const { rows } = await readBack(text, 'csv');
      expect(rows.map((row) => row[1])).toEqual(HARD.map((value) => value ?? undefined));
    }
  });

  it('takes other signs, in both lanes', async () => {
    for (const options of [
      { delimiter: ';' },
      { delimiter: '\t', quote: "'" },
      { delimiter: '||' },
      { quoteAll: true },
      { lineEnd: 'crlf' },
    ]) {
      const { text } = await exportText(at, 'hard', { options });
      const { rows } = await readBack(text, 'csv', options);
      expect(
        rows.map((row) => row[1]),
        JSON.stringify(options),
      ).toEqual(HARD.map((value) => value ?? undefined));
    }
  });

  it('makes formulas harmless when asked to', async () => {
    const { text } = await exportText(at, 'hard', { options: { formulaSafe: true } });
    const { rows } = await readBack(text, 'csv');
    expect(rows.map((row) => row[1])).toEqual(expect.arrayContaining(["'=1+1", '-5', "'@x"]));
  });

  it('loses no row of a table with one column', async () => {
    const { text, rows } = await exportText(at, 'lonely');
    expect(rows).toBe(4);
    expect((await readBack(text, 'csv')).rows.flat()).toEqual(['x', undefined, '', '\\.']);
  });

  it('has no limit to its rows, and counts them and the bytes as it goes', async () => {
    const seen: number[] = [];
    const result = await exportText(at, 'many', { onProgress: ({ rows }) => seen.push(rows) });
    expect(result.rows).toBe(60_000);
    expect(result.bytes).toBe(Buffer.byteLength(result.text));
    expect(result.text.split('\n').length).toBe(60_002);
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(60_000);
  });

  it('writes whole records as JSON', async () => {
    const csv = await exportText(at, 'Odd Item', { fields: ['Item No', 'brand.*', 'line.*'], limit: 2 });
    const { rows } = await readBack(csv.text, 'csv');
    expect(
      rows.map((row) => row.map((cell) => (cell === undefined || cell === null ? cell : JSON.parse(cell)))),
    ).toEqual([
      [1, { id: 2, name: 'Böhm "&" Co', country: null }, []],
      [
        2,
        { id: 1, name: 'Acme', country: 'DE  ' },
        [
          { item: 2, pos: 1, note: 'first' },
          { item: 2, pos: 2, note: null },
        ],
      ],
    ]);
    const json = await exportText(at, 'Odd Item', { full: true, format: 'json' });
    expect(JSON.parse(json.text)).toMatchObject([
      { 'Item No': 1, brand: { id: 2 }, line: [] },
      { 'Item No': 2, brand: { name: 'Acme' }, line: [{ pos: 1 }, { pos: 2 }] },
    ]);
  });

  it('writes out whole what the configuration says: every relation, or those it names', async () => {
    const lines = async (full: boolean | readonly string[]) => {
      const overrides = { 'Odd Item': { full } };
      const catalog = await createCatalog({ database: at.database, overrides }).read();
      const wish = { format: 'ndjson', limit: 2 };
      const { text } = await exportText({ ...at, catalog }, 'Odd Item', wish);
      return text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    };

    const [, plain] = await lines(false);
    expect(plain).not.toHaveProperty('line');
    expect(plain.brand).toEqual({ name: 'Acme' });
    const [, named] = await lines(['brand']);
    expect(named.brand).toEqual({ id: 1, name: 'Acme', country: 'DE  ' });
    expect(named).not.toHaveProperty('line');
    const [, all] = await lines(true);
    expect(all).toMatchObject({ brand: { id: 1, country: 'DE  ' }, line: [{ pos: 1 }, { pos: 2 }] });
  });

  it('reads views, and says that their order is not certain', async () => {
    expect(await exportText(at, 'odd_view')).toMatchObject({ rows: 2, ordered: false });
  });
});

describe('an export to a file', () => {
  it('appears whole, replaces what was there, and leaves nothing beside it', async () => {
    const place = await mkdtemp(join(folder, 'a'));
    const path = join(place, 'hard.csv');
    await writeFile(path, 'old');
    const result = await exportText(at, 'hard', { target: { path } });
    expect(result.file).toBe(path);
    expect((await readFile(path)).length).toBe(result.bytes);
    expect(await readdir(place)).toEqual(['hard.csv']);
  });

  it('is compressed where its name says so', async () => {
    const path = join(folder, 'many.csv.gz');
    const { bytes } = await exportText(at, 'many', { target: { path } });
    expect(gunzipSync(await readFile(path)).length).toBe(bytes);
    expect((await stat(path)).size).toBeLessThan(bytes);
  });

  it('is not compressed where that would be read by nobody', async () => {
    const target = { path: join(folder, 'many.xlsx.gz') };
    await expect(exportText(at, 'many', { target, format: 'xlsx' })).rejects.toMatchObject({
      code: 'FORMATS-108',
    });
  });

  it('goes to what a link points to, and leaves the link', async () => {
    const place = await mkdtemp(join(folder, 'l'));
    await writeFile(join(place, 'real.csv'), 'old');
    await symlink(join(place, 'real.csv'), join(place, 'link.csv'));
    await exportText(at, 'hard', { target: { path: join(place, 'link.csv') } });
    expect((await readFile(join(place, 'real.csv'), 'utf8')).startsWith('id,value\n')).toBe(true);
    expect((await readdir(place)).sort()).toEqual(['link.csv', 'real.csv']);
  });

  it('that fails half-way leaves the old file and nothing else', async () => {
    const place = await mkdtemp(join(folder, 'f'));
    const path = join(place, 'x.csv');
    await writeFile(path, 'old');
    await at.database.query('create view dies as select id, 1 / (59000 - id) as boom from many order by id');
    const { createCatalog } = await import('../../src/engine/catalog/catalog-service.js');
    const catalog = await createCatalog({ database: at.database }).read();
    await expect(exportText({ ...at, catalog }, 'dies', { target: { path } })).rejects.toMatchObject({
      code: 'EXPORT-201',
      detail: expect.stringMatching(/division by zero/),
    });
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(place)).toEqual(['x.csv']);
    // The pool still works.
    expect((await exportText(at, 'hard')).rows).toBe(HARD.length);
  });

  it('into a folder that is not there is refused', async () => {
    const path = join(folder, 'no', 'x.csv');
    await expect(exportText(at, 'hard', { target: { path } })).rejects.toMatchObject({
      code: 'EXPORT-101',
      pointer: { file: path },
    });
    await mkdir(join(folder, 'dir'));
    await expect(exportText(at, 'hard', { target: { path: join(folder, 'dir') } })).rejects.toMatchObject({
      code: 'EXPORT-101',
      detail: expect.stringMatching(/is a folder/),
    });
  });

  it('to a device writes to it', async () => {
    await exportText(at, 'hard', { target: { path: '/dev/null' } });
    expect((await stat('/dev/null')).isFile()).toBe(false);
  });
});

describe('an export that is aborted', () => {
  it('ends its statement, leaves no file, and the pool works', async () => {
    const place = await mkdtemp(join(folder, 'q'));
    const path = join(place, 'x.csv');
    const stop = new AbortController();
    const work = exportText(at, 'many', {
      target: { path },
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'EXPORT-103' });
    expect(await readdir(place)).toEqual([]);
    const { rows } = await at.database.query(
      "select from pg_stat_activity where query like 'copy%' and state = 'active' and pid <> pg_backend_pid() and datname = current_database()",
    );
    expect(rows).toEqual([]);
    expect((await exportText(at, 'hard')).rows).toBe(HARD.length);
  });

  it('before it began does nothing', async () => {
    const work = exportText(at, 'many', {
      target: { path: join(folder, 'never.csv') },
      signal: AbortSignal.abort(),
    });
    await expect(work).rejects.toMatchObject({ code: 'EXPORT-103' });
    expect(await readdir(folder)).not.toContain('never.csv');
  });
});

describe('an export to a stream', () => {
  it('waits for a slow reader and holds only a few blocks meanwhile', async () => {
    const release: (() => void)[] = [];
    let taken = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _, done) {
        taken += chunk.length;
        release.push(done);
      },
    });
    const seen: number[] = [];
    const work = exportText(at, 'many', {
      target: { stream: slow },
      onProgress: ({ bytes }) => seen.push(bytes),
    });
    let most = 0;
    // Each turn lets one block through; what was made may run ahead of what was taken by blocks, not by the table.
    while (seen.length === 0 || (seen.at(-1) ?? 0) < 13_000_000) {
      await new Promise((turn) => setImmediate(turn));
      most = Math.max(most, (seen.at(-1) ?? 0) - taken);
      release.shift()?.();
      if (taken >= 13_000_000) break;
    }
    const rest = setInterval(() => release.shift()?.(), 1);
    const result = await work;
    clearInterval(rest);
    expect(result.rows).toBe(60_000);
    expect(taken).toBe(result.bytes);
    expect(most).toBeLessThan(4_000_000);
  });

  it('is compressed when asked to, and the stream stays open', async () => {
    const stream = new PassThrough();
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    const { bytes } = await exportText(at, 'hard', { target: { stream }, gzip: true });
    expect(gunzipSync(Buffer.concat(chunks)).length).toBe(bytes);
    expect(stream.writableEnded).toBe(false);
  });

  it('leaves the stream open', async () => {
    const stream = new PassThrough();
    stream.resume();
    await exportText(at, 'hard', { target: { stream } });
    expect(stream.writableEnded).toBe(false);
  });

  it('that nobody reads any more ends', async () => {
    const stream = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })),
    });
    await expect(exportText(at, 'many', { target: { stream } })).rejects.toMatchObject({
      code: 'EXPORT-102',
    });
    const full = createWriteStream('/dev/full');
    await expect(exportText(at, 'many', { target: { stream: full } })).rejects.toMatchObject({
      code: expect.stringMatching(/^EXPORT-/),
    });
  });
});

describe('a snapshot', () => {
  it('does not see what changes while the export runs', async () => {
    let changed: Promise<unknown> | undefined;
    const { text } = await exportText(at, 'many', {
      fields: ['id'],
      onProgress: () => {
        changed ??= at.database.query('delete from many where id > 30000');
      },
    });
    await changed;
    expect(text.trimEnd().split('\n').length).toBe(60_001);
    expect((await exportText(at, 'many', { fields: ['id'] })).rows).toBe(30_000);
  });
});
