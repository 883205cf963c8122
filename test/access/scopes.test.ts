// What a token's scopes take away holds for files as well as for single records: they narrow the catalog that all doors work with.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Scope } from '../../src/engine/access/index.js';
import { countsOf } from '../import/import-fixture.js';
import { openRuledShop, type RuledClient, type RuledShop } from './ruled-shop.js';

const ALL = ['view', 'create', 'update', 'delete', 'import', 'export'] as const;
const CSV = 'sku,name\nA,mine\n';

let shop: RuledShop;
let client: RuledClient;
beforeAll(async () => {
  shop = await openRuledShop();
  client = await shop.client([{ entity: '*', actions: ALL, level: 'all' }]);
});
beforeEach(() => shop.reset());
afterAll(() => shop?.close());

const by = (...scopes: readonly Scope[]): RuledClient => ({
  ...client,
  caller: { ...client.caller, scopes },
});
const nameOfA = async () => (await shop.rows("select name from product where sku = 'A'"))[0]![0];

describe('an import by a token', () => {
  it('changes records with the scopes import, write and read', async () => {
    const report = await shop.import(by('import', 'read', 'write'), 'product', CSV);
    expect(countsOf(report)).toMatchObject({ updated: 1 });
    expect(await nameOfA()).toBe('mine');
  });

  it.each([
    [['read', 'write']],
    [['read', 'import']],
    [['import', 'write']],
    [['read', 'export', 'admin']],
    [[]],
  ])('changes nothing with %s alone', async (scopes) => {
    const ended = await shop.import(by(...(scopes as Scope[])), 'product', CSV).then(
      (report) => countsOf(report),
      (error) => error.code,
    );
    expect(ended).not.toMatchObject({ updated: 1 });
    expect(await nameOfA()).toBe('Drill');
  });
});

describe('an export by a token', () => {
  it('holds records with the scopes export and read, and is refused without', async () => {
    expect(await shop.export(by('export', 'read'), 'product')).toContain('Drill');
    for (const scopes of [['read'], ['export'], ['read', 'write', 'import', 'admin'], []] as const)
      await expect(shop.export(by(...scopes), 'product')).rejects.toThrow();
  });
});
