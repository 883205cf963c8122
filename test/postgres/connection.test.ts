// Why a connection doesn't come about, each way by really failing.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkConnection, toConnectionError } from '../../src/foundation/postgres/connection-check.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('a connection', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const tryUrl = async (change: (url: URL) => void) => {
    const url = new URL(test.url);
    change(url);
    const database = openDatabase(url.href);
    await checkConnection(database).finally(() => database.close());
  };

  it('comes about', async () => {
    await expect(checkConnection(test.database)).resolves.toBeUndefined();
  });

  it('names the database that is not there', async () => {
    const failure = tryUrl((url) => {
      url.pathname = '/dovetail_test_nowhere';
    });
    await expect(failure).rejects.toMatchObject({
      code: 'POSTGRES-304',
      hint: expect.stringContaining('create database'),
    });
  });

  it('names the server that does not answer', async () => {
    const failure = tryUrl((url) => {
      url.host = '127.0.0.1:1';
      url.search = '';
    });
    await expect(failure).rejects.toMatchObject({
      code: 'POSTGRES-301',
      detail: expect.stringContaining('127.0.0.1:1'),
    });
  });

  it('names the host that is not known', async () => {
    const failure = tryUrl((url) => {
      url.host = 'no-such-host.invalid';
      url.search = '';
    });
    await expect(failure).rejects.toMatchObject({ code: 'POSTGRES-302' });
  });

  it('names the user that is not let in, and never the password', async () => {
    const failure = tryUrl((url) => {
      url.username = 'dovetail_test_nobody';
      url.password = 'a-secret';
    });
    await expect(failure).rejects.toMatchObject({
      code: 'POSTGRES-303',
      detail: expect.not.stringContaining('a-secret'),
    });
  });

  it.each([
    ['The server does not support SSL connections', undefined, 'POSTGRES-305'],
    ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'POSTGRES-305'],
    [
      'no pg_hba.conf entry for host "10.0.0.1", user "a", database "b", no encryption',
      '28000',
      'POSTGRES-305',
    ],
    ['sorry, too many clients already', '53300', 'POSTGRES-306'],
    ['SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string', undefined, 'POSTGRES-303'],
    ['the database system is starting up', '57P03', 'POSTGRES-301'],
    ['something else', undefined, 'POSTGRES-307'],
  ])('that fails with "%s" is explained', (message, code, expected) => {
    const cause = Object.assign(new Error(message), code === undefined ? {} : { code });
    expect(toConnectionError(cause, { server: 'db:5432', user: 'a', database: 'b' }).code).toBe(expected);
  });
});
