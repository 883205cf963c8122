// dovetail inspect: what a file holds, without a database, and how its columns would be matched, with one.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceReport } from '../../src/doors/files/import/inspect-source.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type Ran, runOnStage, type StageSettings } from './cli-stage.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-inspect-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const noDatabase = () => Promise.reject(new Error('nobody asked for a database'));
const inspect = (argv: readonly string[], settings: StageSettings = {}) =>
  runOnStage(['inspect', ...argv], { cwd: folder, createApp: noDatabase, ...settings });
const report = (ran: Ran): SourceReport => JSON.parse(ran.stdout);

const MESSY = `Price list

sku;name;price;since;active
A;Anvil;1.234,50;13.02.2026;ja
B;Bolt;0,35;01.03.2026;nein
C;Clamp
Total;;1.234,85;;
`;

describe('without a database', () => {
  it('shows what was detected, columns, rows, and what is suspicious', async () => {
    const ran = await inspect([file('messy.csv', MESSY)]);
    expect([ran.code, ran.stderr]).toEqual([0, '']);
    expect(ran.stdout).toMatch(/header {4}line 3, 95% sure/);
    expect(ran.stdout).toMatch(/price +number +decimal comma, thousands as 1\.000/);
    expect(ran.stdout).toMatch(/since +date +dates with the day first/);
    expect(ran.stdout).toMatch(/line 6: The row has 2 cells, 5 are expected\. \(FORMATS-201\)/);
    expect(ran.stdout).toMatch(/line 7: The row is a footer/);
    expect(ran.stdout).toContain('active holds ja and nein.');
    expect(ran.stdout).toContain('dovetail import messy.csv --entity ENTITY --dry-run');
  });

  it('is a document with --json', async () => {
    const found = report(await inspect([file('messy.csv', MESSY), '--json', '--rows', '1']));
    expect(found).toMatchObject({
      size: MESSY.length,
      packing: null,
      format: 'csv',
      encoding: { encoding: 'utf-8', confidence: 1, alternatives: [] },
      header: { present: true, line: 3 },
      options: { delimiter: ';', skipLines: 2, skipFooter: 1 },
      rows: [{ line: 4, cells: ['A', 'Anvil', '1.234,50', '13.02.2026', 'ja'] }],
    });
    expect(found.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(found.columns[2]).toMatchObject({ kind: 'number', spelling: { decimal: ',', thousands: '.' } });
    expect(found.match ?? found.entities).toBeUndefined();
  });

  it('takes settings as facts, and passes them on to the import', async () => {
    const ran = await inspect([
      ...[file('my file.csv', 'x|1,234\n'), '--delimiter', '|', '--header', 'no', '--columns', 'a,b'],
      ...['--thousands', ',', '--null', '-', '--format-option', 'trim=true'],
    ]);
    expect(ran.stdout).toMatch(/b +number +thousands as 1,000/);
    expect(ran.stdout).toContain(
      "dovetail import 'my file.csv' --entity ENTITY --delimiter '|' --header no --columns a,b --null - " +
        '--thousands , --format-option trim=true --dry-run',
    );
  });

  it('reads gzip, JSON and standard input', async () => {
    expect(report(await inspect([file('a.csv.gz', gzipSync('a,b\n1,2\n')), '--json']))).toMatchObject({
      packing: 'gzip',
      format: 'csv',
      rows: [{ cells: ['1', '2'] }],
    });
    expect(report(await inspect([file('a.json', '[{"a":1,"b":null}]'), '--json']))).toMatchObject({
      format: 'json',
      rows: [{ cells: ['1', null] }],
    });
    const stdin = Readable.from([Buffer.from('a,b\n1,2\n')]);
    expect(report(await inspect(['-', '--json'], { stdin }))).toMatchObject({
      source: 'standard input',
      rowsRead: 1,
    });
  });

  it('fits the terminal, wide characters too, and says how much does not', async () => {
    const wide = Array.from({ length: 30 }, (_, i) => `列${i}`).join(',');
    const values = Array.from({ length: 30 }, () => '東京都千代田区丸の内').join(',');
    const ran = await inspect([file('wide.csv', `${wide}\n${values}\n`)], {
      terminal: 70,
      env: { NO_COLOR: '1' },
    });
    const preview = ran.stdout.slice(ran.stdout.indexOf('The first 1 row'), ran.stdout.indexOf('Go on with'));
    expect(preview).toMatch(/… and \d+ more columns/);
    for (const line of preview.split('\n')) {
      expect([...line].reduce((sum, char) => sum + (char > '\u2e80' ? 2 : 1), 0)).toBeLessThanOrEqual(70);
    }
  });

  it.each<[string, string | Buffer | undefined, string]>([
    ['a missing file', undefined, 'FILES-102'],
    ['a PDF', Buffer.from('%PDF-1.4\n'), 'FORMATS-102'],
  ])('refuses %s with a reason', async (_, content, code) => {
    const name = content === undefined ? 'nowhere.csv' : file('x.bin', content);
    const ran = await inspect([name]);
    expect([ran.code, ran.stdout]).toEqual([3, '']);
    expect(ran.stderr).toContain(code);
  });

  it('leaves nothing behind', async () => {
    const before = readdirSync(folder).length;
    await inspect([file('messy.csv', MESSY)]);
    expect(readdirSync(folder).length).toBe(before);
  });
});

describe('with a database', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query(`
      create table brand (id bigint generated always as identity primary key, name text not null unique);
      create table product (
        id bigint generated always as identity primary key, sku text not null unique, name text not null,
        brand_id bigint not null references brand, price numeric(12,2), note text)`);
  });
  afterAll(() => test?.drop());
  const match = (argv: readonly string[]) =>
    runOnStage(['inspect', ...argv, '--database', test.url], { cwd: folder });

  const PRICES = 'sku,name,price,colour\nA,Anvil,10,red\n';

  it('says where each column would go and why, and what is left over on both sides', async () => {
    const ran = await match([file('prices.csv', PRICES), '--entity', 'product']);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('Into product, matched by sku');
    expect(ran.stdout).toMatch(/price +→ +price/);
    expect(ran.stdout).toMatch(/colour +\(left out\) +no field fits/);
    expect(ran.stdout).toMatch(/a new record also needs: brand_id\n.*not filled: note/);
    expect(ran.stdout).toContain('dovetail import prices.csv --entity product --dry-run');
    expect(report(await match(['prices.csv', '--entity', 'product', '--json'])).match).toMatchObject({
      entity: 'product',
      identity: ['sku'],
      missing: ['brand_id'],
      unfilled: ['note'],
    });
  });

  it('names the entities that fit, best first, if none is named', async () => {
    const ran = await match([file('prices.csv', PRICES)]);
    expect(ran.stdout).toMatch(/Fits best\n.*\n +product +3 of 4 columns/);
    expect(ran.stdout).toContain('--entity product --dry-run');
    const found = report(await match([file('brands.csv', 'name\nAcme\n'), '--json']));
    expect(found.entities?.[0]).toMatchObject({ entity: 'brand', matched: 1, identified: true });
  });

  it('an unknown entity is refused with the nearest name', async () => {
    const ran = await match([file('prices.csv', PRICES), '--entity', 'prodct']);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('product');
  });
});
