// What `init` tells the owner of a database, for each way in which a database can fall short.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import { isReady, listFindings } from '../../src/foundation/postgres/requirements.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { startTransactionPooler } from '../support/transaction-pooler.js';

describe('what a database must offer', () => {
  let test: TestDatabase;
  let role: string;
  let asRole: Database;

  beforeAll(async () => {
    test = await createTestDatabase();
    role = `${test.name} "guest"`;
    await test.database.query(`
      create table item (id serial primary key, name text);
      create table "Order" (id bigint generated always as identity primary key);
      create view item_names as select name from item;
      create schema back;
      create table back.hidden (id int)`);
    await test.database.query(`create role "${role.replaceAll('"', '""')}" login password 'guest'`);
    const url = new URL(test.url);
    url.username = encodeURIComponent(role);
    url.password = 'guest';
    asRole = openDatabase(url.href, { max: 2 });
  });

  afterAll(async () => {
    await asRole.close();
    const quoted = `"${role.replaceAll('"', '""')}"`;
    await test.database.query(`drop owned by ${quoted}; drop role ${quoted}`);
    await test.drop();
  });

  const byCode = async (database: Database, code: string) =>
    (await listFindings(database)).filter((finding) => finding.code === code);

  it("is met by a database of one's own", async () => {
    const findings = await listFindings(test.database);
    expect(isReady(findings)).toBe(true);
    expect(findings.filter((one) => one.level === 'ok').map((one) => one.code)).toEqual(
      expect.arrayContaining(['version', 'encoding', 'read-only', 'pooler', 'create-schema', 'table-rights']),
    );
  });

  it('names each right that is missing, with the statement that grants it', async () => {
    const findings = await listFindings(asRole);
    expect(isReady(findings)).toBe(false);
    const statements = findings.flatMap((one) => one.statement ?? []).join('\n');
    expect(statements).toContain(`grant create on database "${test.name}" to`);
    expect(statements).toContain(
      'grant select, insert, update, delete on "public"."Order", "public"."item" to',
    );
    expect(statements).toContain('grant select on "public"."item_names" to');
    expect(statements).toContain('grant usage on schema "back" to');
    expect(statements).toContain('grant usage on sequence "public"."item_id_seq" to');
    expect(statements).not.toContain('Order_id_seq');
  });

  it('is met once the statements it printed were run', async () => {
    const rights = (await listFindings(asRole)).filter(
      (one) => one.level === 'missing' || one.level === 'warning',
    );
    for (const { statement } of rights) await test.database.query(statement!);
    const findings = await listFindings(asRole);
    expect(findings.filter((one) => one.level === 'missing' || one.level === 'warning')).toEqual([]);
    await asRole.query(`insert into item (name) values ('x')`);
  });

  it('says what wal_level means', async () => {
    const { rows } = await test.database.query<{ wal_level: string }>('show wal_level');
    const [finding] = await byCode(test.database, 'wal-level');
    expect(finding).toMatchObject(
      rows[0]!.wal_level === 'logical'
        ? { level: 'ok' }
        : { level: 'note', statement: `alter system set wal_level = 'logical';` },
    );
  });

  it('notices sessions that may only read', async () => {
    const url = new URL(test.url);
    url.searchParams.set('options', '-c default_transaction_read_only=on');
    const readOnly = openDatabase(url.href, { max: 1 });
    expect(await byCode(readOnly, 'read-only')).toMatchObject([{ level: 'missing' }]);
    await readOnly.close();
  });

  it.each([1, 2, 5])('notices a pooler that shares %i sessions among transactions', async (size) => {
    const pooler = await startTransactionPooler(test.url, size);
    const pooled = openDatabase(pooler.url, { max: 2 });
    expect(await byCode(pooled, 'pooler')).toMatchObject([{ level: 'missing' }]);
    await pooled.close();
    await pooler.close();
  });

  it('refuses a schema of our name that is not ours', async () => {
    await test.database.query('create schema dovetail; create table dovetail.joints (id int)');
    expect(await byCode(test.database, 'schema-taken')).toMatchObject([{ level: 'missing' }]);
    await test.database.query('drop schema dovetail cascade');
  });

  it('refuses a database that does not know its encoding', async () => {
    const name = `${test.name}_ascii`;
    await test.database.query(`create database ${name} template template0 encoding 'SQL_ASCII' locale 'C'`);
    const url = new URL(test.url);
    url.pathname = `/${name}`;
    const ascii = openDatabase(url.href, { max: 1 });
    expect(await byCode(ascii, 'encoding')).toMatchObject([{ level: 'missing' }]);
    await ascii.close();
    await test.database.query(`drop database ${name} with (force)`);
  });
});
