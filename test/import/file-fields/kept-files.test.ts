// What becomes of kept files: exported beside their records, and removed once no record names them.
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSource } from '../../../src/engine/formats/source-bytes.js';
import { openZip } from '../../../src/engine/formats/zip/zip-archive.js';
import { findHeldTexts } from '../../../src/engine/records/read/index.js';
import { countsOf, toCall, toCsv } from '../import-fixture.js';
import { createFileFieldFixture, type FileFieldFixture, pathOf } from './file-field-fixture.js';
import { jpeg, png } from './pictures.js';

let at: FileFieldFixture;
const signal = new AbortController().signal;
beforeEach(async () => {
  at = await createFileFieldFixture();
  for (const name of ['a', 'b', 'c']) await writeFile(join(at.folder, `${name}.png`), png(name));
});
afterEach(() => at?.drop());

const table = (...cells: (string | null)[]) =>
  toCsv([['sku', 'position', 'picture'], ...cells.map((cell, i) => [`P${i + 1}`, 1, cell])]);

async function exportZip(file: string) {
  const call = { entities: ['product', 'product_image'], format: 'csv', formatOptions: {}, withFiles: true };
  return at.files.exportArchive({ ...call, target: { path: file }, signal, onProgress: () => {} });
}

async function namesIn(file: string): Promise<readonly string[]> {
  const source = await openSource({ path: file });
  const zip = await openZip(source.file!);
  await source.close();
  return zip.entries.map(({ name }) => name);
}

describe('an archive with the files', () => {
  it('holds each once, names them in its tables, and comes back as unchanged, or whole elsewhere', async () => {
    await at.import('product_image', table('a.png', 'b.png', 'a.png', null));
    const file = join(at.folder, 'shop.zip');
    const report = await exportZip(file);
    expect(report.files).toEqual({ count: 2, missing: 0 });
    expect([...(await namesIn(file))].sort()).toEqual(
      [`files/${pathOf(png('a'))}`, `files/${pathOf(png('b'))}`, 'product.csv', 'product_image.csv'].sort(),
    );
    const same = await at.files.importArchive({ ...toCall({}), source: { path: file } });
    expect(same.runs.map((run) => countsOf(run))).toEqual([
      { read: 50, unchanged: 50 },
      { read: 4, unchanged: 4 },
    ]);
    const other = await createFileFieldFixture();
    try {
      const whole = await other.files.importArchive({ ...toCall({}), source: { path: file } });
      expect(countsOf(whole.runs[1]!)).toEqual({ read: 4, added: 4 });
      expect(await other.kept()).toEqual(await at.kept());
    } finally {
      await other.drop();
    }
  });

  it('leaves a cell as it is whose file the storage does not have, and says so', async () => {
    const lost = pathOf(png('lost'));
    await at.run(
      `insert into product_image values ('P1', 1, '${lost}'), ('P2', 1, 'https://example.org/x.png')`,
    );
    const file = join(at.folder, 'shop.zip');
    expect((await exportZip(file)).files).toEqual({ count: 0, missing: 1 });
    expect(await namesIn(file)).toEqual(['product.csv', 'product_image.csv']);
  });
});

describe('files that no record names', () => {
  const old = () => at.run(`update dovetail.field_files set noted_at = now() - interval '2 days'`);
  const prune = (dryRun: boolean) => at.files.pruneFieldFiles(dryRun, signal);

  it('are found by a look, removed when asked for, and only when a day old', async () => {
    // The file of a row that failed for another reason.
    const source = toCsv([
      ['sku', 'position', 'picture'],
      ['P1', 1, 'a.png'],
      ['nobody', 1, 'b.png'],
    ]);
    expect(countsOf(await at.import('product_image', source))).toEqual({ read: 2, added: 1, failed: 1 });
    expect(await at.kept()).toEqual([pathOf(png('a')), pathOf(png('b'))].sort());
    expect(await prune(false)).toMatchObject({ files: 0 });
    await old();
    expect(await prune(true)).toMatchObject({
      files: 1,
      bytes: png('b').length,
      storages: [{ storage: 'media', first: [pathOf(png('b'))] }],
    });
    expect((await at.kept()).length).toBe(2);
    expect(await prune(false)).toMatchObject({ files: 1, dryRun: false });
    expect(await at.kept()).toEqual([pathOf(png('a'))]);
    expect(await prune(true)).toMatchObject({ files: 0 });
  });

  it('are never what somebody else put into the storage', async () => {
    await at.import('product_image', table('a.png'));
    await writeFile(join(at.media, 'notes.txt'), 'mine');
    await at.run('delete from product_image');
    await at.run('truncate dovetail.run_undo');
    await old();
    expect(await prune(false)).toMatchObject({ files: 1 });
    expect(await at.kept()).toEqual(['ia/notes.txt']);
  });

  it('stay while an undo would bring them back', async () => {
    await at.import('product_image', table('a.png'));
    const replaced = await at.import('product_image', table('b.png'));
    await old();
    expect(await prune(true)).toMatchObject({ files: 0 });
    await at.files.undoRun(replaced.run!, { signal, onProgress: () => {} });
    expect(await at.rows('select picture from product_image')).toEqual([[pathOf(png('a'))]]);
    expect((await at.readKept(pathOf(png('a')))).equals(png('a'))).toBe(true);
    expect(await prune(false)).toMatchObject({ storages: [{ first: [pathOf(png('b'))] }] });
  });

  it('stay while the record they belong to waits for another one of its source', async () => {
    await at.run('alter table product add parent_sku text references product');
    const mapping = await at.write(
      'parents.yaml',
      `entity: product
fields: [{ field: sku, column: sku }, { field: parent.sku, column: parent }]
many:
  product_image: { fields: [{ field: position, from: n }, { field: picture, column: "picture {n}" }] }
`,
    );
    const stop = new AbortController();
    const stopped = await at.import('product', 'sku,parent,picture 1\nX,Y,a.png\nZ,,\nY,,b.png\n', {
      mapping,
      chunkRows: 1,
      signal: stop.signal,
      onProgress: ({ rows }) => {
        if (rows > 0) stop.abort();
      },
    });
    expect(stopped.state).toBe('cancelled');
    expect(await at.kept()).toContain(pathOf(png('a')));
    await old();
    expect((await prune(false)).storages).not.toMatchObject([{ first: [pathOf(png('a'))] }]);
    expect(await at.kept()).toContain(pathOf(png('a')));
    const report = await at.files.resumeRun(stopped.run!, toCall({}));
    expect(report.errors).toEqual([]);
    expect(await at.rows('select sku, picture from product_image order by 1')).toEqual([
      ['X', pathOf(png('a'))],
      ['Y', pathOf(png('b'))],
    ]);
  });

  it('do not include those of a field that the configuration forgot', async () => {
    await at.import('product_image', table('a.png', 'b.png'));
    await at.run('create table other (id int primary key, scan text)');
    await at.run(
      `insert into dovetail.file_fields values ('media', 'public', 'other', 'scan', 'https://cdn/'), ('media', 'public', 'gone', 'x', '')`,
    );
    await at.run(
      `insert into other values (1, 'https://cdn/${pathOf(png('a'))}'); delete from product_image`,
    );
    await at.run('truncate dovetail.run_undo');
    await old();
    expect(await prune(true)).toMatchObject({
      storages: [{ first: [pathOf(png('b'))] }],
      goneFields: ['public.gone.x'],
    });
  });

  it('are not looked for where row security may hide the records that name them', async () => {
    const column = { schema: 'public', table: 'product_image', field: 'picture' };
    await at.run(`insert into product_image values ('P1', 1, 'x')`);
    const role = `dovetail_test_${randomBytes(6).toString('hex')}`;
    await at.run(`create role ${role}; grant select on product_image to ${role}`);
    await at.run('alter table product_image enable row level security');
    const ask = (before: string) =>
      at.database.withClient(async (client) => {
        await client.query('begin');
        try {
          await client.query(before);
          return await findHeldTexts(client, column, ['x']);
        } finally {
          await client.query('rollback');
        }
      });
    try {
      expect(await ask('select 1')).toEqual(new Set(['x']));
      expect(await ask(`set local role ${role}`)).toBe('hidden');
    } finally {
      await at.run(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('are put anew when an import wants them after all', async () => {
    await at.import('product_image', table('a.png', 'b.png'));
    await at.run('delete from product_image');
    await at.run('truncate dovetail.run_undo');
    await old();
    expect(await prune(false)).toMatchObject({ files: 2 });
    await at.import('product_image', table('a.png'));
    expect(await at.kept()).toEqual([pathOf(png('a'))]);
  });
});

it('keeps the same picture once, whatever it is called and whatever ending it has', async () => {
  await writeFile(join(at.folder, 'x.jpeg'), jpeg(3, 3));
  await writeFile(join(at.folder, 'y.png'), jpeg(3, 3));
  await at.import('product_image', table('x.jpeg', 'y.png'));
  expect(await at.kept()).toEqual([pathOf(jpeg(3, 3), 'jpg')]);
});
