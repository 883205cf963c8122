// The words for roles, users, clients, keys and units, on a real database: what is said, and how they end.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccess } from '../../src/engine/access/index.js';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage, type StageSettings } from './cli-stage.js';

let test: TestDatabase;
let cwd: string;
beforeAll(async () => {
  test = await createTestDatabase('empty');
  cwd = await mkdtemp(join(tmpdir(), 'dovetail-access-'));
  await test.database.query(
    'create table product (sku text primary key, cost numeric); create table customer (name text primary key, seller text)',
  );
  await writeFile(
    join(cwd, 'dovetail.config.json'),
    JSON.stringify({ entities: { customer: { owner: 'seller' } } }),
  );
  await migrate(test.database);
  await installJobs(test.database);
});
afterAll(async () => {
  await test.drop();
  await rm(cwd, { recursive: true, force: true });
});

const runWith = (settings: StageSettings, ...words: string[]) =>
  runOnStage([...words, '--database', test.url], { cwd, env: { NO_COLOR: '1' }, ...settings });
const run = (...words: string[]) => runWith({}, ...words);
const ok = async (...words: string[]) => {
  const ran = await run(...words);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return ran.stdout;
};

describe('dovetail roles', () => {
  it('makes a role, grants, takes exceptions of fields, and shows it', async () => {
    expect(await ok('roles', 'create', 'sales', '--description', 'Sells')).toContain(
      'It allows nothing yet.',
    );
    await ok('roles', 'grant', 'sales', 'product', 'view', 'export');
    await ok('roles', 'grant', 'sales', 'customer', 'view', 'update', '--level', 'own');
    await ok('roles', 'field', 'sales', 'product', 'cost', '--hide');
    const shown = await ok('roles', 'show', 'sales');
    expect(shown).toMatch(/customer +update, view: own\nproduct +export, view: all/);
    expect(shown).toMatch(/product\.cost +is not shown/);
    expect(await ok('roles', 'revoke', 'sales', 'customer', 'update')).toMatch(/customer +view: own/);
    expect(await ok('roles', 'field', 'sales', 'product', 'cost', '--normal')).not.toContain('product.cost');
    expect(JSON.parse(await ok('roles', '--json'))).toMatchObject({
      roles: [{ name: 'administrator', builtIn: true }, { name: 'reader' }, { name: 'sales', users: 0 }],
    });
    expect(JSON.parse(await ok('roles', 'list', '--limit', '1', '--json')).next).toBeTypeOf('string');
  });

  it('says what may have been meant, and what comes to nothing', async () => {
    await ok('roles', 'create', 'clerk');
    const refused = async (...words: string[]) => {
      const ran = await run('roles', ...words);
      expect(ran.code).toBe(3);
      return ran.stderr;
    };
    expect(await refused('show', 'slaes')).toMatch(
      /ACCESS-101[\s\S]*Did you mean|Did you mean[\s\S]*ACCESS-101/,
    );
    expect(await refused('grant', 'clerk', 'prodcut', 'view')).toContain("Did you mean 'product'?");
    expect(await refused('grant', 'clerk', 'product', 'veiw')).toContain("Did you mean 'view'?");
    expect(await refused('field', 'clerk', 'product', 'cots', '--hide')).toContain("Did you mean 'cost'?");
    const noted = await run('roles', 'grant', 'clerk', 'product', 'view', '--level', 'own');
    expect([noted.code, noted.stderr]).toEqual([0, expect.stringContaining('who owns a record')]);
    expect((await run('roles', 'field', 'clerk', 'product', 'cost')).code).toBe(2);
    expect((await run('roles', 'lsit')).stderr).toContain('Did you mean list?');
  });

  it('asks before it removes one', async () => {
    await ok('roles', 'create', 'short');
    const asked = await run('roles', 'delete', 'short');
    expect([asked.code, asked.stderr]).toEqual([8, expect.stringContaining('Remove the role short')]);
    expect(await ok('roles', 'delete', 'short', '--yes')).toBe('Removed short.\n');
    expect((await run('roles', 'delete', 'reader', '--yes')).stderr).toContain('ACCESS-108');
  });
});

describe('dovetail clients', () => {
  it('makes a client with a key that is shown once, and lets it in', async () => {
    expect(await ok('clients', 'create', 'webshop', '--roles', 'reader', '--subject', 'web')).toMatch(
      /webshop\n {2}roles +reader\n {2}subject +web/,
    );
    const [key, sentence] = (await ok('clients', 'keys', 'create', 'webshop', '--label', 'nightly')).split(
      '\n',
    );
    expect(sentence).toMatch(/^This is key \d+ of webshop\. It is kept nowhere and won't be shown again\.$/);
    const access = createAccess({ database: test.database });
    expect(await access.authenticateKey(key!)).toMatchObject({ name: 'webshop', roles: ['reader'] });
    const listed = await ok('clients', 'keys', 'list', 'webshop');
    expect(listed).toMatch(/webshop +nightly +valid/);
    expect(listed + (await ok('clients', 'keys', '--json'))).not.toContain(
      key!.split('_').slice(2).join('_'),
    );

    const id = key!.split('_')[1]!;
    const rotated = JSON.parse(await ok('clients', 'keys', 'rotate', id, '--json'));
    expect(rotated).toMatchObject({ client: 'webshop', label: 'nightly' });
    await access.refresh();
    expect(await access.authenticateKey(key!)).toBeUndefined();
    expect(await access.authenticateKey(rotated.key)).toBeDefined();
    expect(await ok('clients', 'keys', 'revoke', rotated.id)).toBe(`Revoked key ${rotated.id} of webshop.\n`);
    await access.refresh();
    expect(await access.authenticateKey(rotated.key)).toBeUndefined();
  });

  it('leaves no client behind whose roles are mistyped', async () => {
    const ran = await run('clients', 'create', 'typo', '--roles', 'readr');
    expect([ran.code, ran.stderr]).toEqual([3, expect.stringContaining("Did you mean 'reader'?")]);
    expect(await ok('clients', 'list', '--text', 'typo')).toBe('No such clients.\n');
  });

  it('changes, disables, enables and removes one', async () => {
    await ok('clients', 'create', 'old');
    expect(await ok('clients', 'change', 'old', '--name', 'older', '--description', 'Left over')).toContain(
      'Left over',
    );
    expect(await ok('clients', 'change', 'older', '--description', '')).not.toContain('description');
    expect(await ok('clients', 'grant', 'older', 'reader', 'administrator')).toContain(
      'administrator, reader',
    );
    const last = await run('clients', 'disable', 'older');
    expect([last.code, last.stderr]).toEqual([3, expect.stringContaining('ACCESS-109')]);
    expect(await ok('clients', 'disable', 'older', '--force')).toContain('disabled');
    expect(await ok('clients')).toMatch(/older .*disabled/);
    expect(await ok('clients', 'enable', 'older')).not.toContain('disabled');
    expect((await run('clients', 'delete', 'older')).code).toBe(8);
    expect(await ok('clients', 'delete', 'older', '--yes', '--force')).toBe('Removed older.\n');
  });
});

describe('dovetail users and units', () => {
  it('makes a user of a unit, whose password comes from standard input', async () => {
    await ok('units', 'create', 'acme', '--name', 'Acme Ltd');
    expect(await ok('units', 'create', 'north', '--parent', 'acme')).toMatch(/north +north +acme/);
    expect(await ok('users', 'create', 'ann@example.com', '--name', 'Ann', '--unit', 'north')).toContain(
      'none',
    );
    const set = await runWith(
      { stdin: Readable.from(['correct horse battery\nnot this\n']) },
      ...['users', 'password', 'ann@example.com'],
    );
    expect([set.code, set.stdout]).toEqual([0, 'ann@example.com has a new password.\n']);
    const { authenticateUser } = createAccess({ database: test.database });
    expect(
      await authenticateUser({ email: 'ann@example.com', password: 'correct horse battery' }),
    ).toMatchObject({
      kind: 'caller',
      caller: { unit: 'north' },
    });
    const [made] = (await ok('users', 'password', 'ann@example.com', '--generate')).split('\n');
    expect((await authenticateUser({ email: 'ann@example.com', password: made! })).kind).toBe('caller');
    expect(await ok('users', 'password', 'ann@example.com', '--none')).toContain('no password any more');
    expect((await authenticateUser({ email: 'ann@example.com', password: made! })).kind).toBe('refused');
  });

  it('takes no password that a terminal would show, and no short one', async () => {
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    const typed = await runWith({ stdin }, 'users', 'password', 'ann@example.com');
    expect([typed.code, typed.stderr]).toEqual([8, expect.stringContaining('--generate')]);
    const short = await runWith({ stdin: Readable.from(['short']) }, 'users', 'password', 'ann@example.com');
    expect([short.code, short.stderr]).toEqual([3, expect.stringContaining('ACCESS-107')]);
  });

  it('removes a unit once nobody is in it', async () => {
    expect((await run('units', 'delete', 'acme', '--yes')).stderr).toContain('ACCESS-110');
    expect(await ok('users', 'change', 'ann@example.com', '--unit', '')).not.toContain('unit');
    await ok('units', 'change', 'north', '--parent', '');
    await ok('units', 'delete', 'north', '--yes');
    expect((await run('units', 'delete', 'acme')).code).toBe(8);
    await ok('units', 'delete', 'acme', '--yes');
    expect(await ok('units')).toBe('No such units.\n');
  });
});

describe('dovetail clients oauth', () => {
  it('sets how a client gets tokens, shows its secret once, and exchanges it', async () => {
    await ok('clients', 'create', 'portal');
    const made = JSON.parse(await ok('clients', 'oauth', 'portal', '--scopes', 'read,write', '--json'));
    expect(made).toMatchObject({
      client: 'portal',
      grants: ['client_credentials'],
      scopes: ['read', 'write'],
    });
    expect(made.secret).toMatch(/^[\w-]{43}$/);
    const shown = await ok('clients', 'oauth', 'portal');
    expect(shown).toMatch(/client_id +\d+/);
    expect(shown).not.toContain(made.secret);
    expect((await ok('clients', 'show', 'portal', '--json')).includes(made.secret)).toBe(false);
    const [other] = (await ok('clients', 'oauth', 'portal', '--rotate-secret')).split('\n');
    expect(other).toMatch(/^[\w-]{43}$/);
    expect(other).not.toBe(made.secret);
    const people = await ok('clients', 'oauth', 'portal', '--redirect', 'https://portal.example.org/back');
    expect(people).toContain('authorization_code, refresh_token');
    expect(await ok('clients', 'oauth', 'portal', '--off')).toContain('no tokens any more');
    expect((await run('clients', 'oauth', 'portal')).stderr).toContain('ACCESS-121');
  });

  it('refuses what would not be safe, and says why', async () => {
    await ok('clients', 'create', 'risky');
    const wrong: readonly (readonly string[])[] = [
      ['--redirect', 'http://portal.example.org/back'],
      ['--redirect', 'https://portal.example.org/back#part'],
      ['--redirect', 'https://*.example.org/'],
      ['--redirect', 'javascript:alert(1)'],
      ['--scopes', 'everything'],
      ['--grants', 'password'],
      ['--grants', 'authorization_code'],
      ['--public'],
    ];
    for (const words of wrong) {
      const ran = await run('clients', 'oauth', 'risky', ...words);
      expect([words, ran.code !== 0, ran.stderr.includes('ACCESS-122')]).toEqual([words, true, true]);
    }
  });
});

describe('dovetail users invite', () => {
  it('prints a link, once', async () => {
    await ok('users', 'create', 'eve@example.com');
    const said = JSON.parse(
      await ok('users', 'invite', 'eve@example.com', '--url', 'https://data.example.org/', '--json'),
    );
    expect(said.link).toMatch(/^https:\/\/data\.example\.org\/invitation\/[\w-]{43}$/);
    expect(await ok('users', 'show', 'eve@example.com')).toMatch(/password +none/);
  });
});
