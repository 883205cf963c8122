// The retention table: of each line something older than it may be is removed by a worker on its daily round, and what is younger stays.

import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import type { KeepConfig } from '../../src/foundation/config/project-config.js';
import { RETENTION, readKept } from '../../src/foundation/config/retention.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

/** Days, all different, so that none is taken for another. */
const KEEP: Required<KeepConfig> = {
  errors: 3,
  undo: 5,
  files: 7,
  firings: 9,
  answers: 11,
  keys: 13,
  tokens: 17,
  jobs: 19,
  changes: 23,
  alerts: 21,
  runs: 15,
  deliveries: 21,
};

/** Makes one that ended so many days ago; its mark is what `list` then finds. */
interface Sample {
  make(days: number, mark: string): Promise<unknown>;
  list(): Promise<readonly string[]>;
}

let at: TestDatabase;
let folder: string;
let app: App;

const marks = async (sql: string): Promise<readonly string[]> =>
  (await at.database.query<{ mark: string }>(sql)).rows.map(({ mark }) => mark);

const makeRun = (days: number, title: string) =>
  at.database.query(
    `insert into dovetail.runs (kind, entity, title, settings, origin, state, ended_at, undo)
     values ('import', 'product', $2, '{}', '{}', 'completed', now() - make_interval(days => $1), 'kept') returning id`,
    [days, title],
  );

const SAMPLES: Readonly<Record<keyof KeepConfig, Sample>> = {
  runs: {
    make: (days, mark) => makeRun(days, mark),
    list: () =>
      marks("select title as mark from dovetail.runs where title like 'kept%' or title like 'old%'"),
  },
  errors: {
    async make(days, mark) {
      const { rows } = await makeRun(days, 'of errors');
      await at.database.query(
        `insert into dovetail.run_errors (run_id, severity, code, message) values ($1, 'error', 'X', $2)`,
        [rows[0]!['id'], mark],
      );
    },
    list: () => marks('select message as mark from dovetail.run_errors'),
  },
  undo: {
    async make(days, mark) {
      const { rows } = await makeRun(days, 'of undo');
      await at.database.query(
        `insert into dovetail.run_undo (run_id, tab, action, key) values ($1, 0, 'i', array[$2])`,
        [rows[0]!['id'], mark],
      );
    },
    list: () => marks('select key[1] as mark from dovetail.run_undo'),
  },
  files: {
    async make(days, mark) {
      const path = join(app.dataFolder, 'runs', mark);
      await mkdir(join(app.dataFolder, 'runs'), { recursive: true });
      await writeFile(path, 'x');
      const moment = new Date(Date.now() - days * 86_400_000);
      await utimes(path, moment, moment);
    },
    list: () => readdir(join(app.dataFolder, 'runs')),
  },
  firings: {
    make: (days, mark) =>
      at.database.query(
        `insert into dovetail.schedule_firings (schedule_id, moment, state, says, ended_at)
         select id, now() - make_interval(days => $1), 'done', $2, now() - make_interval(days => $1) from dovetail.schedules`,
        [days, mark],
      ),
    list: () => marks('select says as mark from dovetail.schedule_firings'),
  },
  answers: {
    make: (days, mark) =>
      at.database.query(
        `insert into dovetail.idempotency_keys (caller, key, fingerprint, created_at)
         values ('client:1', $2, '\\x00', now() - make_interval(days => $1))`,
        [days, mark],
      ),
    list: () => marks('select key as mark from dovetail.idempotency_keys'),
  },
  keys: {
    make: (days, mark) =>
      at.database.query(
        `insert into dovetail.api_keys (client_id, secret_sha256, label, created_at, revoked_at, expires_at)
         select id, decode(repeat('00', 32), 'hex'), $2, '2020-01-01', now() - make_interval(days => $1), now() + interval '1 year'
         from dovetail.clients`,
        [days, mark],
      ),
    list: () => marks('select label as mark from dovetail.api_keys'),
  },
  deliveries: {
    make: (days, mark) =>
      at.database.query(
        `insert into dovetail.deliveries (subscription_id, message_id, type, record, position, attempt, outcome, request, took_ms, at)
         select id, $2, 't', '', '', 1, 'accepted', '', 1, now() - make_interval(days => $1) from dovetail.subscriptions`,
        [days, mark],
      ),
    list: () => marks('select message_id as mark from dovetail.deliveries'),
  },
  tokens: {
    async make(days, mark) {
      const ended = [mark, days];
      await at.database.query(
        `insert into dovetail.oauth_objects (kind, id_sha256, uid, payload, expires_at)
         select kind, sha256($1::bytea), $1, '{}', now() - make_interval(days => $2)
         from unnest(array['AccessToken', 'AuthorizationCode', 'RefreshToken', 'Interaction']) kind`,
        ended,
      );
      await at.database.query(
        `insert into dovetail.sessions (id_sha256, user_id, data, created_at, expires_at)
         select sha256($1::bytea), id, to_jsonb($1::text), '2020-01-01', now() - make_interval(days => $2) from dovetail.users`,
        ended,
      );
      await at.database.query(
        `insert into dovetail.invitations (id_sha256, created_at, expires_at)
         values (sha256($1::bytea), '2020-01-01', now() - make_interval(days => $2))`,
        ended,
      );
    },
    // All six of each, or how many.
    list: () =>
      marks(
        `select mark || case count(*) when 6 then '' else ' ' || count(*) end as mark
         from unnest(array['old tokens', 'kept tokens']) mark, lateral (
           select id_sha256 from dovetail.oauth_objects union all select id_sha256 from dovetail.sessions
           union all select id_sha256 from dovetail.invitations) ended
         where id_sha256 = sha256(mark::bytea) group by mark`,
      ),
  },
  jobs: {
    async make(days, mark) {
      await at.database.query(
        `insert into dovetail_jobs._private_tasks (identifier) values ('gone') on conflict do nothing`,
      );
      await at.database.query(
        `insert into dovetail_jobs._private_jobs (task_id, key, attempts, max_attempts, updated_at)
         select id, $2, 25, 25, now() - make_interval(days => $1) from dovetail_jobs._private_tasks where identifier = 'gone'`,
        [days, mark],
      );
    },
    list: () => marks("select key as mark from dovetail_jobs.jobs where task_identifier = 'gone'"),
  },
  changes: {
    async make(days, mark) {
      const part = mark.startsWith('old') ? 1 : 2;
      await at.database.query(
        `create table dovetail.changes_${part} partition of dovetail.changes for values in (${part})`,
      );
      await at.database.query(
        `insert into dovetail.change_parts (part, after_epoch, after_lsn, after_ordinal, started_at, closed_at)
         values ($2, $2, '0/0', 0, '2020-01-01', now() - make_interval(days => $1))`,
        [days, part],
      );
    },
    list: () =>
      marks(
        `select case inhrelid::regclass::text when 'dovetail.changes_1' then 'old' else 'kept' end || ' changes' as mark
         from pg_inherits where inhparent = 'dovetail.changes'::regclass`,
      ),
  },
  alerts: {
    make: (days, mark) =>
      at.database.query(
        `insert into dovetail.alerts (created_at, updated_at, source, type, message, severity, count, state, resolved_at, fingerprint)
         values ('2020-01-01', '2020-01-01', 'test', 'x', $2::text, 'info', 1, 'resolved', now() - make_interval(days => $1), sha256($2::text::bytea))`,
        [days, mark],
      ),
    list: () => marks("select message as mark from dovetail.alerts where source = 'test'"),
  },
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-retention-'));
  at = await createTestDatabase();
  await setUpDatabase(at.database);
  await at.database.query(
    `insert into dovetail.schedules (name, kind, task, settings, cron, time_zone, created_by)
     values ('nightly', 'export', 'x', '{}', '0 3 * * *', 'UTC', '{}'); insert into dovetail.clients (name) values ('shop');
     insert into dovetail.users (email, name) values ('ada@example.org', 'Ada');
     insert into dovetail.subscriptions
       (name, owner_kind, owner_id, wants, form, mode, sink, settings, secrets, endpoint, state, created_by, created_at, epoch, lsn, ordinal)
     values ('hook', 'program', '', '[]', 'thin', 'every', 'webhook', '{}', '', '', 'paused', '{}', now(), 0, '0/0', 0)`,
  );
  await writeFile(join(folder, 'dovetail.config.json'), JSON.stringify({ keep: KEEP }));
  app = await createApp({ databaseUrl: at.url, cwd: folder, env: {} });
});
afterAll(async () => {
  await app?.close();
  await at?.drop();
  rmSync(folder, { recursive: true, force: true });
});

describe('what is kept', () => {
  it('goes by its own line of the table when a worker makes its daily round, and no sooner', async () => {
    for (const [key, sample] of Object.entries(SAMPLES) as [keyof KeepConfig, Sample][]) {
      await sample.make(KEEP[key] + 1, `old ${key}`);
      await sample.make(KEEP[key] - 1, `kept ${key}`);
    }
    const stop = new AbortController();
    const workers = await app.jobs.startWorkers({ concurrency: 1, signal: stop.signal });
    for (const [key, sample] of Object.entries(SAMPLES))
      await expect.poll(() => sample.list(), { timeout: 30_000, message: key }).toEqual([`kept ${key}`]);
    stop.abort();
    await workers.stopped;
  });

  it('has a sample for every line of the table', () => {
    const keys = RETENTION.flatMap(({ key }) => key ?? []);
    expect(keys.sort()).toEqual(Object.keys(SAMPLES).sort());
  });

  it('is kept as the table says where the configuration says nothing', () => {
    expect(readKept({})).toEqual({
      runs: undefined,
      errors: undefined,
      firings: undefined,
      undo: 30,
      files: 90,
      answers: 1,
      keys: 365,
      tokens: 1,
      jobs: 90,
      changes: 3,
      alerts: 30,
      deliveries: 7,
    });
    expect(readKept({ runs: 20 })).toMatchObject({ errors: 20, firings: 20 });
    expect([readKept({}, 4).undo, readKept({ undo: 6 }, 4).undo]).toEqual([4, 6]);
  });
});
