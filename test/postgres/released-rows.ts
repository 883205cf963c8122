// Rows as each version of our schema could hold them, by the migration that made room for them: what an upgrade must live with. A new
// table gets rows here with its migration.

export const RELEASED_ROWS: Readonly<Record<number, string>> = {
  1: `
    insert into dovetail.runs (kind, entity, title, settings, origin, state, started_at, ended_at)
      select k, 'product', 'goods.csv', '{"source": {"path": "goods.csv"}}', '{"kind": "user", "id": "ada"}', s, now(), now()
      from unnest(array['import', 'export', 'sync']) k,
        unnest(array['queued', 'running', 'completed', 'completed_with_errors', 'stopped', 'failed', 'cancelled']) s;
    insert into dovetail.run_checkpoints (run_id, partition, row, read) select id, p, 10, 10 from dovetail.runs, generate_series(-1, 1) p;
    insert into dovetail.run_errors (run_id, severity, row, line, code, message, cells, kinds)
      values (1, 'error', 1, 2, 'RECORDS-201', 'No.', '{a,null,"b \\"c\\""}', '313'), (1, 'warning', null, null, 'FORMATS-1', 'Hm.', null, null);
    insert into dovetail.run_postponed values (1, 2, 3, null, '{a,null}', '{a,null}', '31');
    insert into dovetail.run_seen values (1, 'key', 4)`,
  2: `insert into dovetail.workers (id, host, pid, concurrency, tasks) values ('pool-1', 'host', 1, 2, '{files.import}')`,
  4: `
    insert into dovetail.loaded_files (folder, path, checksum) values ('load', '1.0/a.sql', 'abc');
    insert into dovetail.runs (kind, entity, title, settings, origin) values ('load', 'unit', 'unit.csv', '{}', '{}')`,
  5: `
    insert into dovetail.run_parts (run_id, part, added) values (1, 'prices', 3);
    insert into dovetail.mappings values ('goods', 1, 'product', 'entity: product', null, 'ada');
    insert into dovetail.synonyms values ('product', 'artikelnr', 'sku', 2, 'goods.csv')`,
  6: `
    update dovetail.runs set undo = 'kept' where id = 1;
    update dovetail.runs set undo = 'undone', undone_by = 1 where id = 2;
    insert into dovetail.runs (kind, entity, title, settings, origin) values ('undo', 'product', 'goods.csv', '{}', '{}');
    insert into dovetail.run_undo_tables values (1, 0, '{"entity": "product"}');
    insert into dovetail.run_undo (run_id, tab, action, key, before) values (1, 0, 'u', '{1}', '{a,null}')`,
  7: `insert into dovetail.saved_exports (name, entity, body, changed_by) values ('nightly', 'product', '{}', '{}')`,
  8: `
    insert into dovetail.schedules (name, kind, task, settings, cron, time_zone, created_by, next_at)
      values ('nightly', 'export', 'files.schedule', '{}', '0 3 * * *', 'UTC', '{}', now());
    insert into dovetail.schedule_firings (schedule_id, moment, state) values (1, now(), 'done');
    insert into dovetail.taken_files (schedule_id, path, size, modified_at, sha256, run_id) values (1, 'in/a.csv', 1, now(), 'abc', 1);
    update dovetail.runs set schedule_id = 1, firing_id = 1, notify = '["mailto:ada@example.org"]' where id = 1;
    insert into dovetail.daily_jobs values ('files.prune', current_date)`,
  9: `
    insert into dovetail.field_files (storage, path, type, size) values ('pictures', 'ab/cd.png', 'image/png', 10);
    insert into dovetail.fetched_files (storage, address, path, run_id) values ('pictures', '\\x00', 'ab/cd.png', 1);
    insert into dovetail.file_fields values ('pictures', 'public', 'product', 'picture')`,
  11: `
    insert into dovetail.roles (name) values ('clerk');
    insert into dovetail.role_permissions values ('clerk', 'product', 'view', 'own');
    insert into dovetail.role_fields values ('clerk', 'product', 'cost', false, false);
    insert into dovetail.units (id, name) values ('north', 'North');
    insert into dovetail.users (email, name, unit_id) values ('ada@example.org', 'Ada', 'north');
    insert into dovetail.clients (name, unit_id) values ('shop', 'north');
    insert into dovetail.user_roles values (1, 'clerk');
    insert into dovetail.client_roles values (1, 'clerk');
    insert into dovetail.api_keys (client_id, secret_sha256, created_at) values (1, decode(repeat('00', 32), 'hex'), now())`,
  12: `update dovetail.run_postponed set parts = '[]'`,
  13: `insert into dovetail.idempotency_keys (caller, key, fingerprint, status, headers, body) values ('client:1', 'k', '\\x00', 201, '{}', '{}')`,
  15: `
    insert into dovetail.run_results (run_id, entity, places, actions, keys) values (1, 'product', '{1}', '{i}', '{1}');
    insert into dovetail.run_locals values (1, 2, 'products', 'a', '1')`,
  16: `
    insert into dovetail.oauth_clients values (1, decode(repeat('00', 32), 'hex'), '{client_credentials}', '{}', '{api}', now());
    insert into dovetail.oauth_objects (kind, id_sha256, client_id, payload, expires_at)
      values ('AccessToken', decode(repeat('00', 32), 'hex'), 1, '{}', now());
    insert into dovetail.oauth_keys values ('k', '{}', '\\x00', now());
    insert into dovetail.sessions values (decode(repeat('00', 32), 'hex'), 1, '{}', now(), now());
    insert into dovetail.invitations values (decode(repeat('00', 32), 'hex'), 1, now(), now())`,
  18: `insert into dovetail.external_ids (system, entity, key, external_id, created_by) values ('erp', 'product', '1', 'P-1', '{}')`,
  20: `
    insert into dovetail.uploads (id, owner_kind, owner_id, name, metadata, size, created_at, expires_at)
      values ('u', 'client', '1', 'products.csv', '', 10, now(), now());
    insert into dovetail.run_differences (run_id, record, action, identity, field, before, after)
      values (1, 1, 'updated', '{"sku":"A"}', 'price', '1', '2')`,
  21: `
    insert into dovetail.change_epochs (epoch, capture, reason, system_id, timeline) values (1, 'wal', 'The stream begins', '1', 1);
    insert into dovetail.change_tables (schema_name, table_name, columns)
      values ('public', 'product', '[{"name": "id", "type": 20, "modifier": -1, "key": 1}]');
    insert into dovetail.change_parts (part, after_epoch, after_lsn, after_ordinal, started_at) values (1, 0, '0/0', 0, now())`,
  22: `
    insert into dovetail.watching values (true, 'trigger', null, now(), 1000000);
    insert into dovetail.watched_tables (schema_name, table_name, relation, how) values ('public', 'product', 1, 'trigger');
    insert into dovetail.outbox_shapes (relation, shape, signature) values (1, '{"schema":"public","table":"product","columns":[]}', 'x');
    insert into dovetail.change_outbox values ('700', 1, 1, 1, 'i', 1, 1, null, '(1)', now(), null)`,
  23: `
    insert into dovetail.subscriptions (name, owner_kind, owner_id, wants, form, mode, sink, settings, secrets, endpoint, state, created_by,
        created_at, epoch, lsn, ordinal)
      values ('hook', 'program', 'program', '[{"entity": "product"}]', 'document', 'every', 'webhook', '{}', '\\x00', 'example.org:443', 'active',
        '{}', now(), 1, '0/0', 0);
    insert into dovetail.parked_messages (subscription_id, message_id, type, record, time, position, media_type, body, state, attempts, parked_at)
      values (1, '1-1-0-1', 'dovetail.record.created', 'products/1', '2026-11-28T00:00:00Z', '1-0-1', 'application/json', '{}', 'waiting', 1, now());
    insert into dovetail.deliveries (subscription_id, message_id, type, record, position, attempt, outcome, request, took_ms, at)
      values (1, '1-1-0-1', 'dovetail.record.created', 'products/1', '1-0-1', 1, 'retry', '{}', 5, now())`,
  24: `
    insert into dovetail.alerts (created_at, updated_at, source, type, message, severity, count, state, fingerprint)
      select now(), now(), 'imports', 'failed', 'No.', s, 1, t, sha256((s || t)::bytea)
      from unnest(array['info', 'warning', 'error', 'critical']) s, unnest(array['open', 'acknowledged', 'resolved']) t;
    insert into dovetail.alert_routes (name, sealed, shown, created_by, created_at, changed_at)
      values ('ops', '\\x00', '{"to": ["mail:ops@example.org"]}', '{}', now(), now());
    insert into dovetail.alert_steps (alert_id, route, step, number, due_at)
      select 1, 'ops', s, 1, now() from unnest(array['raised', 'repeated', 'escalated', 'resolved']) s;
    insert into dovetail.alert_notices (alert_id, route, step, number, target, queued_at)
      values (1, 'ops', 'raised', 1, 'mail:ops@example.org', now());
    insert into dovetail.regular_jobs values ('alerts.watch', now())`,
};
