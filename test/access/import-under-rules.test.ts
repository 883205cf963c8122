// Importing and exporting by callers who may do so with some records only.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planWrite } from '../../src/engine/records/index.js';
import { countsOf, toCall } from '../import/import-fixture.js';
import { openRuledShop, type RuledClient, type RuledShop } from './ruled-shop.js';

const ALL = ['view', 'create', 'update', 'delete', 'import', 'export'] as const;
const watch = toCall({});

let shop: RuledShop;
const byLevel = new Map<string, RuledClient>();
const client = (level: string): RuledClient => byLevel.get(level)!;
beforeAll(async () => {
  shop = await openRuledShop();
  for (const level of ['own', 'unit', 'organization', 'all']) {
    byLevel.set(
      level,
      await shop.client([
        { entity: 'product', actions: ALL, level },
        { entity: 'brand', actions: ALL, level: level === 'own' ? 'unit' : level },
        { entity: 'label', actions: ALL, level: level === 'own' ? 'unit' : level },
      ]),
    );
  }
});
beforeEach(() => shop.reset());
afterAll(() => shop?.close());

const names = async () =>
  (await shop.rows('select name from product order by id')).map(([name]) => name).join(' ');

describe.each([
  ['own', 'A'],
  ['unit', 'AB'],
  ['organization', 'ABCD'],
  ['all', 'ABCDE'],
])('with the level %s an import', (level, reached) => {
  const others = 5 - reached.length;
  const renames = `sku,name\n${[...'ABCDE'].map((sku) => `${sku},mine\n`).join('')}`;
  const after = ['Drill', 'Saw', 'Nail', 'Secret', 'Foreign']
    .map((name, i) => (reached.includes('ABCDE'[i]!) ? 'mine' : name))
    .join(' ');

  it('updates those records, whether it may add or not; a bad row costs itself only', async () => {
    const updated = await shop.import(client(level), 'product', renames, { strategy: 'update' });
    expect(countsOf(updated)).toEqual({
      read: 5,
      updated: reached.length,
      ...(others > 0 ? { failed: others } : {}),
    });
    expect(await names()).toBe(after);
    expect((await shop.issues(updated)).filter((line) => !line.startsWith('RECORDS-307'))).toEqual([]);
    await shop.reset();
    const both = await shop.import(client(level), 'product', renames);
    expect(both.counters.updated).toBe(reached.length);
    expect((await shop.issues(both)).map((line) => line.slice(0, 11))).toEqual(
      Array(others).fill('RECORDS-306'),
    );
    expect(await names()).toBe(after);
  });

  it('says in a dry run what it then does', async () => {
    const dry = await shop.import(client(level), 'product', renames, { dryRun: true });
    const real = await shop.import(client(level), 'product', renames);
    expect(countsOf(dry)).toEqual(countsOf(real));
  });

  it('deletes those records, and passes over the others as if they were not there', async () => {
    await shop.api.at.database.query('delete from label');
    const all = await shop.import(client(level), 'product', 'sku\nA\nB\nC\nD\nE\nZ\n', {
      strategy: 'delete',
    });
    expect(countsOf(all)).toEqual({ read: 6, deleted: reached.length, unchanged: others + 1 });
    expect(await shop.rows('select sku from product order by sku')).toEqual(
      [...'ABCDE'].filter((sku) => !reached.includes(sku)).map((sku) => [sku]),
    );
  });

  it('mirrors those records, and leaves the others alone', async () => {
    await shop.api.at.database.query('delete from label');
    const asked: { removes: number; stored: number }[] = [];
    const mirrored = await shop.import(
      client(level),
      'product',
      `sku,name,seller,branch\nN,new,ann,north\n`,
      {
        strategy: 'mirror',
        confirmRemoval: async ({ removes, stored }) => {
          asked.push({ removes, stored });
          return true;
        },
      },
    );
    expect(mirrored.counters, JSON.stringify(await shop.issues(mirrored))).toMatchObject({
      added: 1,
      deleted: reached.length,
    });
    expect(asked).toEqual([{ removes: reached.length, stored: reached.length + 1 }]);
    expect(await shop.rows(`select sku from product where sku <> 'N' order by sku`)).toEqual(
      [...'ABCDE'].filter((sku) => !reached.includes(sku)).map((sku) => [sku]),
    );
  });

  it('exports those records', async () => {
    const csv = await shop.export(client(level), 'product', { fields: ['sku'] });
    expect(csv.trim().split('\n')).toEqual(['sku', ...reached]);
  });
});

describe('an import', () => {
  it('fills in the only unit, keeps records where they may be, and fails just the rows that lead out', async () => {
    const csv = 'sku,name,branch\nF,f,\nG,g,north\nH,h,south\nA,moved,south\nB,kept,north\n';
    const report = await shop.import(client('unit'), 'product', csv);
    expect(countsOf(report)).toEqual({ read: 5, added: 2, updated: 1, failed: 2 });
    expect((await shop.issues(report)).every((line) => line.startsWith('RECORDS-320'))).toBe(true);
    expect(
      await shop.rows(
        `select sku, name, branch from product where sku in ('A','B','F','G','H') order by sku`,
      ),
    ).toEqual([
      ['A', 'Drill', 'north'],
      ['B', 'kept', 'north'],
      ['F', 'f', 'north'],
      ['G', 'g', 'north'],
    ]);
  });

  it('finds only references that the caller may see, and suggests no others', async () => {
    const csv = 'sku,brand.name\nF,Bosch\nG,Makita\nH,Makitaa\nI,Nobody\nA,Makita\n';
    const report = await shop.import(client('unit'), 'product', csv);
    expect(countsOf(report)).toEqual({ read: 5, added: 1, failed: 4 });
    const hints: string[] = [];
    for await (const { code, hint, message } of shop.files.listIssues(report.run!)) {
      expect(code).toBe('RECORDS-302');
      hints.push(`${message} ${hint}`);
    }
    expect(hints.join('\n')).not.toContain("mean 'Makita'");
    const plain = (text: string) => text.replaceAll(/'[^']*'/g, '?');
    expect(new Set(hints.map(plain)).size).toBe(1);
  });

  it('takes no plain key of a hidden record, not even from a row that claims to bring it', async () => {
    const report = await shop.import(
      client('unit'),
      'product',
      'id,sku,parent_id,brand_id\n4,X,,\n20,Y,4,1\n21,Z,,2\n22,V,20,1\n2,B,,2\n',
      { identity: ['id'] },
    );
    expect(
      await shop.rows(
        'select id, parent_id, brand_id from product where id in (2, 4) or id >= 20 order by id',
      ),
    ).toEqual([
      [2, null, 2],
      [4, null, 2],
    ]);
    expect(report.counters.failed, JSON.stringify(await shop.issues(report))).toBe(4);
    expect((await shop.issues(report)).join('\n')).not.toMatch(/Secret|south/);
  });

  it('creates on the way only what the caller may create, and where', async () => {
    const csv = 'sku,brand.name\nF,Fein\nG,Makita\n';
    const report = await shop.import(client('unit'), 'product', csv, { create: ['brand'] });
    expect(countsOf(report)).toMatchObject({ added: 1, failed: 1 });
    expect(await shop.rows(`select branch from brand where name = 'Fein'`)).toEqual([['north']]);
    const away = await shop.import(
      client('unit'),
      'product',
      'sku,brand.name,brand.branch\nH,Away,south\nI,Here,north\n',
      {
        create: ['brand'],
      },
    );
    expect(away.counters).toMatchObject({ added: 1, failed: 1 });
    expect(await shop.rows(`select name from brand where name in ('Away', 'Here')`)).toEqual([['Here']]);
    const without = await shop.client([
      { entity: 'product', actions: ALL, level: 'unit' },
      { entity: 'brand', actions: ['view'], level: 'all' },
    ]);
    await expect(shop.import(without, 'product', csv, { create: ['brand'] })).rejects.toMatchObject({
      code: 'RECORDS-112',
    });
    const frozen = await shop.client(
      [{ entity: '*', actions: ALL, level: 'all' }],
      [{ entity: 'brand', field: 'branch', view: true, edit: false }],
    );
    await expect(
      shop.import(frozen, 'product', 'sku,brand.name,brand.branch\nH,Away,south\n', { create: ['brand'] }),
    ).rejects.toMatchObject({ code: 'RECORDS-104' });
  });

  it('matches no hidden record by what others may have too, and changes none', async () => {
    await shop.api.at.database.query(
      `update product set name = 'Drill' where id = 4; update product set name = 'Twin' where id in (2, 4)`,
    );
    const csv = 'name,price\nTwin,99\n';
    const wish = { identity: ['name'], strategy: 'update' } as const;
    expect(
      countsOf(await shop.import(client('unit'), 'product', csv, { ...wish, dryRun: true })),
    ).toMatchObject({ updated: 1 });
    // For whoever sees both they are two.
    expect((await shop.import(client('organization'), 'product', csv, wish)).counters.failed).toBe(1);
    expect((await shop.import(client('unit'), 'product', csv, wish)).counters.updated).toBe(1);
    expect(await shop.rows("select id, price from product where name = 'Twin' order by id")).toEqual([
      [2, '99'],
      [4, '40'],
    ]);
    await shop.api.at.database.query(`update product set name = 'Only' where id = 4`);
    const added = await shop.import(client('unit'), 'product', 'name,sku\nOnly,O\n', { identity: ['name'] });
    expect(countsOf(added)).toEqual({ read: 1, added: 1 });
  });

  it('tells nothing of what the server says about the record that one is in conflict with', async () => {
    const booker = await shop.client([{ entity: 'booking', actions: ALL, level: 'unit' }]);
    const report = await shop.import(booker, 'booking', 'code,span\na,"[1,5)"\nb,"[90,110)"\n');
    expect(countsOf(report)).toEqual({ read: 2, added: 1, failed: 1 });
    for await (const issue of shop.files.listIssues(report.run!)) {
      expect(issue.code).toBe('RECORDS-311');
      expect(JSON.stringify(issue)).not.toContain('4444');
    }
    const made = await booker.create('bookings', { id: 'c', attributes: { span: '[90,110)' } });
    expect([made.status, made.text.includes('4444')]).toEqual([422, false]);
  });

  it('shows nothing of a hidden record in a dry run', async () => {
    const csv = 'sku,name,price\nA,mine,1\nD,mine,1\nE,mine,1\n';
    for (const strategy of ['add', 'update', 'add_or_update', 'replace', 'mirror', 'delete'] as const) {
      const dry = await shop.import(client('unit'), 'product', csv, { strategy, dryRun: true });
      expect(JSON.stringify(dry)).not.toMatch(/Secret|Foreign|south|"(40|50|7|8)"/);
    }
  });

  it('holds the records that belong to its records to rules of their own', async () => {
    const mapping = await shop.write(
      'parts.yaml',
      `
entity: product
fields:
  - { field: sku, column: sku }
many:
  label:
    missing: delete
    fields:
      - { field: text, column: "label {n}" }
`,
    );
    const labels = () => shop.rows('select product_id, text, branch from label order by 1, 2');
    const csv = 'sku,label 1,label 2\nA,fresh,\nD,far,near\n';
    const dry = await shop.import(client('unit'), 'product', csv, { mapping, dryRun: true });
    const report = await shop.import(client('unit'), 'product', csv, { mapping });
    expect(report.parts).toEqual({ label: { added: 1, updated: 0, unchanged: 0, deleted: 1, failed: 0 } });
    expect([dry.parts, dry.counters.failed]).toEqual([report.parts, 1]);
    expect(await labels()).toEqual([
      [1, 'fresh', 'north'],
      [1, 'hidden', 'south'],
      [4, 'far', 'south'],
    ]);
    const taken = await shop.import(client('unit'), 'product', 'sku,label 1,label 2\nA,fresh,hidden\n', {
      mapping,
    });
    expect(taken.parts!['label']).toMatchObject({ unchanged: 1, deleted: 0, failed: 1 });
    expect((await shop.issues(taken)).join()).toMatch(/^RECORDS-306/);
    const keeper = await shop.client([
      { entity: 'product', actions: ALL, level: 'unit' },
      { entity: 'label', actions: ['view', 'create', 'update', 'import'], level: 'unit' },
    ]);
    await expect(shop.import(keeper, 'product', csv, { mapping })).rejects.toMatchObject({
      code: 'RECORDS-112',
    });
  });

  it('is held to its own level besides those of what it does', async () => {
    const narrow = await shop.client([
      { entity: 'product', actions: ['view', 'create', 'update', 'delete'], level: 'organization' },
      { entity: 'product', actions: ['import'], level: 'own' },
    ]);
    const report = await shop.import(
      narrow,
      'product',
      'sku,name,branch\nA,mine,north\nB,mine,north\nF,mine,south\n',
    );
    expect(countsOf(report)).toEqual({ read: 3, added: 1, updated: 1, failed: 1 });
    expect(await shop.rows(`select seller, branch from product where sku = 'F'`)).toEqual([['ann', 'south']]);
    const none = await shop.client([
      { entity: 'product', actions: ['view', 'create', 'update', 'delete', 'export'], level: 'all' },
    ]);
    for (const dryRun of [true, false]) {
      await expect(shop.import(none, 'product', 'sku,name\nA,x\n', { dryRun })).rejects.toMatchObject({
        code: 'RECORDS-112',
      });
    }
    const template = {
      entity: 'product',
      format: 'csv',
      formatOptions: {},
      signal: watch.signal,
      target: { path: '/dev/null' },
    };
    await expect(shop.files.writeTemplate({ ...template, caller: none.caller })).rejects.toMatchObject({
      code: 'EXPORT-109',
    });
  });

  it('gets by no column to a field the caller may not edit or see', async () => {
    const limited = await shop.client(
      [{ entity: 'product', actions: ALL, level: 'unit' }],
      [
        { entity: 'product', field: 'price', view: true, edit: false },
        { entity: 'product', field: 'cost', view: false, edit: false },
      ],
    );
    const report = await shop.import(limited, 'product', 'sku,name,price,cost\nA,mine,1,1\n');
    expect(countsOf(report)).toEqual({ read: 1, updated: 1 });
    expect(await shop.rows(`select price, cost from product where sku = 'A'`)).toEqual([['10', '5']]);
    // Whatever a door passes on: the write path takes no such target, by name or through a relation.
    const catalog = await shop.access.catalogFor(limited.caller, await shop.catalog.read());
    const entity = catalog.entities.get('product')!;
    const targetsOf = (field: string) =>
      [['sku'], [field]].map((path, column) => ({ path, source: { column }, empty: 'leave' as const }));
    const request = { catalog, entity, origin: { kind: 'client', id: '1' } } as const;
    for (const strategy of ['add', 'update', 'add_or_update', 'replace', 'mirror'] as const) {
      for (const [field, code] of [
        ['price', 'RECORDS-104'],
        ['cost', 'RECORDS-105'],
      ] as const)
        expect(() => planWrite({ ...request, strategy, targets: targetsOf(field) })).toThrow(
          expect.objectContaining({ code }),
        );
    }
    expect((await shop.export(limited, 'product')).split('\n')[0]).not.toContain('cost');
  });
});

describe('an export', () => {
  it('is refused where no role allows it, and has no way to what may not be exported', async () => {
    const none = await shop.client([{ entity: 'product', actions: ['view'], level: 'all' }]);
    await expect(shop.export(none, 'product')).rejects.toMatchObject({ code: 'EXPORT-110' });
    const part = await shop.client([
      { entity: '*', actions: ['view'], level: 'all' },
      { entity: 'product', actions: ['export'], level: 'own' },
    ]);
    expect((await shop.export(part, 'product', { fields: ['sku'] })).trim().split('\n')).toEqual([
      'sku',
      'A',
    ]);
    for (const wish of [
      { fields: ['sku', 'brand.name'] },
      { where: 'brand.name = "Bosch"' },
      { order: ['brand.name'] },
    ])
      await expect(shop.export(part, 'product', wish)).rejects.toMatchObject({
        code: expect.stringMatching(/^(CATALOG-103|MAPPING-202)$/),
      });
  });

  it('leaves out what is hidden behind its relations', async () => {
    const csv = await shop.export(client('unit'), 'product', { fields: ['sku', 'brand.name'] });
    expect(csv.trim().split('\n')).toEqual(['sku,brand.name', 'A,Bosch', 'B,']);
  });
});

describe('a schedule', () => {
  const timing = { cron: '0 3 * * *', timeZone: 'UTC', windows: [], overlap: 'skip' } as const;
  const createdBy = { kind: 'user', id: 'nobody' } as const;

  it('does what it does with the rights its maker has at that moment', async () => {
    const maker = await shop.client([{ entity: 'product', actions: ALL, level: 'all' }]);
    const { schedules } = shop.door;
    const path = join(shop.folder, 'out-{schedule}.csv');
    const call = { entity: 'product', fields: ['sku'], format: 'csv', formatOptions: {}, full: false };
    const settings = { to: { kind: 'folder', path }, call } as const;
    await schedules.add({
      ...timing,
      createdBy,
      caller: maker.caller,
      name: 'out',
      does: { kind: 'export', settings },
    });
    const settle = { settleSeconds: 0, sameContent: 'new' } as const;
    const from = { kind: 'folder', path: join(shop.folder, 'in-*.csv') } as const;
    const imports = {
      from,
      ...settle,
      call: { entity: 'product', onError: 'skip', formatOptions: {}, strategy: 'update' },
    } as const;
    await schedules.add({
      ...timing,
      createdBy,
      caller: maker.caller,
      name: 'in',
      does: { kind: 'import', settings: imports },
    });
    const written = () => readFile(join(shop.folder, 'out-out.csv'), 'utf8');
    await shop.fire('out');
    expect(await written()).toBe('sku\nA\nB\nC\nD\nE\n');

    const known = await shop.catalog.read();
    await shop.access.roles.grant(maker.role, { entity: 'product', actions: ALL, level: 'own' }, known);
    await shop.access.refresh();
    await shop.fire('out');
    expect(await written()).toBe('sku\nA\n');
    await writeFile(join(shop.folder, 'in-1.csv'), 'sku,name\nA,mine\nD,mine\n');
    expect(await shop.fire('in')).toContain('1 row failed');
    expect(await names()).toBe('mine Saw Nail Secret Foreign');

    await shop.access.clients.disable(maker.name);
    expect(await shop.fire('out')).toMatch(/^failed: .*FILES-117/);
    await writeFile(join(shop.folder, 'in-2.csv'), 'sku,name\nA,again\n');
    expect(await shop.fire('in')).toMatch(/FILES-117/);
    expect(await names()).toBe('mine Saw Nail Secret Foreign');
  });

  it('is not taken from somebody who may not do what it would', async () => {
    const none = await shop.client([{ entity: 'product', actions: ['view'], level: 'all' }]);
    const call = { entity: 'product', format: 'csv', formatOptions: {}, full: false };
    const settings = { to: { kind: 'folder', path: join(shop.folder, 'never.csv') }, call } as const;
    await expect(
      shop.door.schedules.add({
        ...timing,
        createdBy,
        caller: none.caller,
        name: 'never',
        does: { kind: 'export', settings },
      }),
    ).rejects.toMatchObject({ code: 'EXPORT-110' });
  });
});

describe('a run', () => {
  it('keeps who started it, and is theirs alone', async () => {
    const report = await shop.import(client('unit'), 'product', 'sku,name\nA,mine\nD,x\n', {
      strategy: 'update',
    });
    const { caller } = client('unit');
    const other = client('own').caller;
    const [run] = await shop.files.readRuns({}, caller);
    expect([run?.id, run?.origin]).toEqual([report.run, { kind: 'client', id: caller.id, held: true }]);
    expect((await shop.files.readRuns({}, other)).map(({ id }) => id)).not.toContain(report.run);
    expect((await shop.files.readReport(report.run!, caller)).run).toBe(report.run);
    const gone = { code: 'PIPELINE-101' };
    await expect(shop.files.readReport(report.run!, other)).rejects.toMatchObject(gone);
    await expect(shop.files.cancelRun(report.run!, other)).rejects.toMatchObject(gone);
    await expect(shop.files.resumeRun(report.run!, watch, other)).rejects.toMatchObject(gone);
    await expect(shop.files.writeFailedRows(report.run!, '/dev/null', other)).rejects.toMatchObject(gone);
    await expect(
      shop.files.listIssues(report.run!, other)[Symbol.asyncIterator]().next(),
    ).rejects.toMatchObject(gone);
    await expect(
      shop.files.repeatRun(report.run!, watch, { kind: 'user', id: 'x' }, other),
    ).rejects.toMatchObject(gone);
  });

  it('is resumed with the rights its starter has by then, whoever resumes it', async () => {
    const changing = await shop.client([{ entity: 'product', actions: ALL, level: 'all' }]);
    const queued = await shop.import(changing, 'product', 'sku,name\nA,mine\nD,mine\n', {
      strategy: 'update',
      background: true,
    });
    const known = await shop.catalog.read();
    await shop.access.roles.grant(changing.role, { entity: 'product', actions: ALL, level: 'unit' }, known);
    await shop.access.refresh();
    const resumed = await shop.files.resumeRun(queued.run!, watch);
    expect(countsOf(resumed)).toEqual({ read: 2, updated: 1, failed: 1 });
    expect(await names()).toBe('mine Saw Nail Secret Foreign');
  });

  it('of somebody who is gone by then fails, and writes nothing', async () => {
    const leaving = await shop.client([{ entity: 'product', actions: ALL, level: 'all' }]);
    const queued = await shop.import(leaving, 'product', 'sku,name\nA,mine\n', { background: true });
    await shop.access.clients.disable(leaving.name);
    const resumed = await shop.files.resumeRun(queued.run!, watch);
    expect([resumed.state, resumed.failure?.code]).toEqual(['failed', 'FILES-117']);
    expect(await names()).toBe('Drill Saw Nail Secret Foreign');
  });

  it('of whoever runs the program is held to nothing', async () => {
    const report = await shop.files.import({
      ...toCall({ writers: 1 }),
      entity: 'product',
      source: { stream: (await import('node:stream')).Readable.from(['sku,name\nE,mine\n']), name: 'x.csv' },
    });
    expect(countsOf(report)).toEqual({ read: 1, updated: 1 });
  });
});
