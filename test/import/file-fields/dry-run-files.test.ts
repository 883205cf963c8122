// A dry run of file fields: what is at hand is checked whole, addresses only by the guard; nothing is fetched, put or noted.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { countsOf, toCsv } from '../import-fixture.js';
import { createFileFieldFixture, type FileFieldFixture, pathOf } from './file-field-fixture.js';
import { PDF, png } from './pictures.js';

let at: FileFieldFixture;
beforeEach(async () => {
  at = await createFileFieldFixture();
});
afterEach(() => at?.drop());

const table = (...cells: string[]) =>
  toCsv([['sku', 'position', 'picture'], ...cells.map((cell, i) => [`P${i + 1}`, 1, cell])]);
const dry = { dryRun: true } as const;

it('says what would be fetched, and checks what lies beside the table', async () => {
  await writeFile(join(at.folder, 'a.png'), png('a'));
  await writeFile(join(at.folder, 'b.png'), PDF);
  at.serve('/c.png', png('c'));
  const source = table('a.png', 'b.png', at.addressOf('/c.png?key=hush'), 'http://10.0.0.1/d.png');
  const report = await at.import('product_image', source, dry);
  expect(countsOf(report)).toEqual({ read: 4, added: 2, failed: 2 });
  expect(report.errors.map(({ code }) => code).sort()).toEqual(['FILES-143', 'FILES-145']);
  expect(report.files).toEqual({ checked: 1, toFetch: 1, firstToFetch: [at.addressOf('/c.png')], toAsk: 0 });
  expect(report.notChecked).toContain('size and type of a file behind addresses');
  expect(report.differences).toContainEqual(
    expect.objectContaining({
      cells: expect.arrayContaining([expect.objectContaining({ field: 'picture', after: pathOf(png('a')) })]),
    }),
  );
  expect(at.asked).toEqual([]);
  expect(await at.kept()).toEqual([]);
  expect(await at.rows('select count(*) from dovetail.field_files')).toEqual([['0']]);
});

it('tells unchanged records by what their addresses gave before', async () => {
  await writeFile(join(at.folder, 'a.png'), png('a'));
  at.serve('/c.png', png('c'));
  const source = table('a.png', at.addressOf('/c.png'));
  await at.import('product_image', source);
  at.asked.length = 0;
  const report = await at.import('product_image', source, dry);
  expect(countsOf(report)).toEqual({ read: 2, unchanged: 2 });
  expect(report.notChecked).toContain('whether an address still gives the same file');
  expect(at.asked).toEqual([]);
});

it('tries constraints with a probe, and puts nothing', async () => {
  await writeFile(join(at.folder, 'a.png'), png('a'));
  const report = await at.import('product_image', table('a.png'), { dryRun: true, probe: true });
  expect(countsOf(report)).toEqual({ read: 1, added: 1 });
  expect(await at.kept()).toEqual([]);
});
