// Fields that hold files: what cells may name, what is kept, and that importing again changes and fetches nothing.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toZip } from '../../formats/workbook-builder.js';
import { countsOf, toCall, toCsv } from '../import-fixture.js';
import {
  createFileFieldFixture,
  type FileFieldFixture,
  pathOf,
  toPicturesMapping,
} from './file-field-fixture.js';
import { jpeg, png } from './pictures.js';

let at: FileFieldFixture;
beforeEach(async () => {
  at = await createFileFieldFixture();
});
afterEach(() => at?.drop());

const PICTURES = 'select sku, position, picture from product_image order by 1, 2';
const table = (...cells: (string | null)[]) =>
  toCsv([['sku', 'position', 'picture'], ...cells.map((cell, i) => [`P${i + 1}`, 1, cell])]);

describe('a field that holds a file', () => {
  it('takes files from addresses, paths and cells, and holds the path they are kept under', async () => {
    const [a, b, c] = [png('a'), jpeg(40, 30, 'b'), png('c')];
    at.serve('/a.png', a);
    await mkdir(join(at.folder, 'img'));
    await writeFile(join(at.folder, 'img', 'b.txt'), b);
    const cells = [
      at.addressOf('/a.png'),
      'img\\b.txt',
      `data:image/png;base64,${c.toString('base64')}`,
      null,
    ];
    const report = await at.import('product_image', table(...cells));
    expect(report.errors).toEqual([]);
    expect(countsOf(report)).toEqual({ read: 4, added: 4 });
    expect(await at.rows(PICTURES)).toEqual([
      ['P1', '1', pathOf(a)],
      ['P2', '1', pathOf(b, 'jpg')],
      ['P3', '1', pathOf(c)],
      ['P4', '1', null],
    ]);
    expect(await at.kept()).toEqual([pathOf(a), pathOf(b, 'jpg'), pathOf(c)].sort());
    expect((await at.readKept(pathOf(b, 'jpg'))).equals(b)).toBe(true);
    expect(await at.rows('select count(*) from dovetail.field_files where put_at is not null')).toEqual([
      ['3'],
    ]);
  });

  it('is unchanged by the same source again, and fetches nothing a second time', async () => {
    at.serve('/a.png', png('a'));
    at.answers.set('/b.png', (_request, response) => response.end(png('b')));
    await writeFile(join(at.folder, 'c.png'), png('c'));
    const source = table(at.addressOf('/a.png'), at.addressOf('/b.png'), 'c.png');
    expect(countsOf(await at.import('product_image', source))).toEqual({ read: 3, added: 3 });
    at.asked.length = 0;
    expect(countsOf(await at.import('product_image', source))).toEqual({ read: 3, unchanged: 3 });
    // Asked whether it changed; the other knows no versions, and is not asked at all.
    expect(at.asked.map(({ url, headers }) => [url, headers['if-none-match'] !== undefined])).toEqual([
      ['/a.png', true],
    ]);
    at.serve('/a.png', png('newer'));
    expect(countsOf(await at.import('product_image', source))).toEqual({ read: 3, updated: 1, unchanged: 2 });
    expect((await at.rows(PICTURES))[0]).toEqual(['P1', '1', pathOf(png('newer'))]);
  });

  it('fetches anew what its storage has lost', async () => {
    at.serve('/a.png', png('a'));
    const source = table(at.addressOf('/a.png'));
    await at.import('product_image', source);
    await rm(join(at.media, pathOf(png('a'))));
    expect(countsOf(await at.import('product_image', source))).toEqual({ read: 1, unchanged: 1 });
    expect(await at.kept()).toEqual([pathOf(png('a'))]);
  });

  it('asks an address once, however many rows name it', async () => {
    at.serve('/a.png', png('a'));
    const source = table(...Array.from({ length: 20 }, () => at.addressOf('/a.png')));
    expect(countsOf(await at.import('product_image', source))).toEqual({ read: 20, added: 20 });
    expect(at.asked.length).toBe(1);
    expect(await at.kept()).toEqual([pathOf(png('a'))]);
  });

  it('takes an export back as it is', async () => {
    at.serve('/a.png', png('a'));
    await at.import('product_image', table(at.addressOf('/a.png'), null));
    const file = join(at.folder, 'out.csv');
    const call = {
      entity: 'product_image',
      format: 'csv',
      formatOptions: {},
      full: false,
      target: { path: file },
    };
    await at.files.export({ ...call, signal: new AbortController().signal, onProgress: () => {} });
    at.asked.length = 0;
    const report = await at.files.import({ ...toCall({}), entity: 'product_image', source: { path: file } });
    expect(countsOf(report)).toEqual({ read: 2, unchanged: 2 });
    expect(at.asked).toEqual([]);
  });

  it('takes the files that lie with the table in a zip file', async () => {
    const [a, b] = [png('a'), png('b')];
    const zip = await toZip({
      'shop/product_image.csv': table('pictures/a.png', '../b.png', '../../c.png'),
      'shop/pictures/a.png': a,
      'b.png': b,
    });
    const report = await at.import('product_image', zip, { name: 'shop.zip', member: 'product_image.csv' });
    expect(countsOf(report)).toEqual({ read: 3, added: 2, failed: 1 });
    expect(report.errors.map(({ code }) => code)).toEqual(['FILES-141']);
    expect((await at.rows(PICTURES)).map(([, , path]) => path)).toEqual([pathOf(a), pathOf(b)]);
    expect(countsOf(await at.import('product_image', zip, { name: 'shop.zip' }))).toMatchObject({
      unchanged: 2,
    });
  });

  it('takes them from a zip file on standard input too, and leaves no copy behind', async () => {
    const zip = await toZip({ 'product_image.csv': table('a.png'), 'a.png': png('a') });
    const source = { stream: Readable.from([zip]), name: 'standard input' };
    const report = await at.files.import({ ...toCall({}), entity: 'product_image', source });
    expect(countsOf(report)).toEqual({ read: 1, added: 1 });
    expect(await readdir(join(at.folder, 'data', 'spool'))).toEqual([]);
  });

  it('has no folder where the table came through a pipe, unless one is named', async () => {
    await mkdir(join(at.folder, 'img'));
    await writeFile(join(at.folder, 'img', 'a.png'), png('a'));
    const call = () => ({
      ...toCall({}),
      entity: 'product_image',
      source: { stream: Readable.from([table('a.png')]), name: 'standard input' },
    });
    const without = await at.files.import(call());
    expect(without.errors[0]).toMatchObject({ code: 'FILES-140', count: 1 });
    const named = await at.files.import({ ...call(), filesFrom: join(at.folder, 'img') });
    expect(countsOf(named)).toEqual({ read: 1, added: 1 });
  });

  it('follows the rule for empty cells, and words for no value', async () => {
    await writeFile(join(at.folder, 'a.png'), png('a'));
    await at.import('product_image', table('a.png', 'a.png'));
    const source = table(null, 'n/a');
    const report = await at.import('product_image', source, {
      empty: 'null',
      formatOptions: { nullSpelling: ['n/a'] },
    });
    expect(countsOf(report)).toEqual({ read: 2, updated: 2 });
    expect((await at.rows(PICTURES)).map(([, , path]) => path)).toEqual([null, null]);
  });
});

describe('a field with a public address', () => {
  it('holds the address, and knows it and the bare path again', async () => {
    await at.drop();
    at = await createFileFieldFixture({ address: 'https://cdn.example.org/p' });
    await writeFile(join(at.folder, 'a.png'), png('a'));
    await at.import('product_image', table('a.png'));
    const address = `https://cdn.example.org/p/${pathOf(png('a'))}`;
    expect(await at.rows(PICTURES)).toEqual([['P1', '1', address]]);
    for (const cell of [address, pathOf(png('a'))]) {
      expect(countsOf(await at.import('product_image', table(cell)))).toEqual({ read: 1, unchanged: 1 });
    }
  });
});

describe('pictures that belong to a record', () => {
  it('are taken with the list that names them; a bad one costs itself only', async () => {
    at.serve('/a.png', png('a'));
    at.serve('/b.png', png('b'));
    const source = toCsv([
      ['sku', 'name', 'Images'],
      ['P1', 'One', `${at.addressOf('/a.png')}, ${at.addressOf('/b.png')}`],
      ['P2', 'Two', `${at.addressOf('/none.png')}, ${at.addressOf('/a.png')}`],
    ]);
    const report = await at.importMapped('product', toPicturesMapping(), source);
    expect(report.errors.map(({ code, count }) => [code, count])).toEqual([['FILES-145', 1]]);
    expect(await at.rows(PICTURES)).toEqual([
      ['P1', '1', pathOf(png('a'))],
      ['P1', '2', pathOf(png('b'))],
      ['P2', '2', pathOf(png('a'))],
    ]);
    expect(report.errors[0]!.first[0]).toMatchObject({ line: 3, field: 'picture' });
  });
});
