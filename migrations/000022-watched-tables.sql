-- Which tables the change stream sees, what was altered of them for that, and how changes are captured where the WAL doesn't tell them.

create table dovetail.watching (
  single       boolean primary key default true check (single),
  capture      text not null check (capture in ('wal', 'trigger')),
  -- The publication that is ours; null with capture by triggers.
  publication  name,
  -- Somebody accepted by name that the server limits the WAL of slots by nothing.
  unlimited_wal_accepted_at timestamptz,
  -- Triggers write no more than this into the outbox: when nobody reads it, changes are lost and said to be, and the disk isn't filled.
  outbox_bytes bigint not null
);
comment on table dovetail.watching is 'How changes are captured.';

create table dovetail.watched_tables (
  schema_name  name not null,
  table_name   name not null,
  -- To find it again where it was renamed.
  relation     oid not null,
  how          text not null check (how in ('publication', 'trigger')),
  -- What was altered: [{"schema": …, "table": …, "before": "d", "index": null}], one for each table whose replica identity is now full.
  identities   jsonb not null default '[]',
  watched_at   timestamptz not null default now(),
  primary key (schema_name, table_name)
);
comment on table dovetail.watched_tables is 'Tables that the change stream sees, and what was altered of them.';

-- What a table looked like when changes of it were captured. More than one row may say the same: writers don't wait for each other.
create table dovetail.outbox_shapes (
  id           bigint primary key generated always as identity,
  relation     oid not null,
  -- {"schema": …, "table": …, "columns": [{"name": …, "type": oid, "modifier": …, "key": place in the key, "virtual": true}]}
  shape        json not null,
  -- By which it is found again.
  signature    text not null
);
create index outbox_shapes_by_relation on dovetail.outbox_shapes (relation);
comment on table dovetail.outbox_shapes is 'Shapes of tables whose changes triggers captured.';

create table dovetail.change_outbox (
  xid          xid8 not null,
  -- The order inside a transaction: place, depth, seq. The place is the seq but for a statement in whose triggers others ran.
  place        bigint not null,
  -- How deep in triggers the statement ran.
  depth        smallint not null,
  seq          bigint not null,
  -- i(nsert) u(pdate) d(elete) t(runcate), or x: from here on changes of the table are lost.
  operation    "char" not null,
  relation     oid not null,
  shape        bigint not null,
  -- The whole record as PostgreSQL writes a row.
  before       text,
  after        text,
  at           timestamptz not null,
  origin       text,
  primary key (xid, place, depth, seq)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 200000, autovacuum_analyze_scale_factor = 0.5);
create sequence dovetail.change_outbox_seq owned by dovetail.change_outbox.seq;
create index change_outbox_losses on dovetail.change_outbox (relation) where operation = 'x';
comment on table dovetail.change_outbox is 'Changes that triggers captured, until they are in the log.';

-- The id of the shape that a table has now. Looked up at each statement, so that nothing has to be made anew when a table is altered: by a
-- text of what may differ, which costs a third of what the shape itself does.
create function dovetail.current_shape(asked oid, root oid) returns bigint language plpgsql
set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  its_key int2[];
  said text;
  found_id bigint;
begin
  select (i.indkey::int2[])[0:i.indnkeyatts - 1] into its_key from pg_index i
    where i.indrelid = asked and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
      and (i.indisprimary or i.indisreplident)
    order by i.indisprimary desc limit 1;
  select concat(c.relnamespace, ' ', c.relname, ' ', its_key, (
      select string_agg(concat(',', a.attname, ' ', a.atttypid, ' ', a.atttypmod, ' ', a.attgenerated), '' order by a.attnum)
      from pg_attribute a where a.attrelid = asked and a.attnum > 0 and not a.attisdropped))
    into said from pg_class c where c.oid = root;
  select s.id into found_id from dovetail.outbox_shapes s where s.relation = asked and s.signature = said order by s.id limit 1;
  if found_id is not null then return found_id; end if;
  insert into dovetail.outbox_shapes (relation, signature, shape)
    select asked, said, json_build_object('schema', n.nspname, 'table', c.relname, 'columns', (
      select coalesce(json_agg(json_strip_nulls(json_build_object('name', a.attname, 'type', a.atttypid::int8, 'modifier', a.atttypmod,
        'key', array_position(array(select unnest(its_key)), a.attnum), 'virtual', nullif(a.attgenerated = 'v', false))) order by a.attnum), '[]')
      from pg_attribute a where a.attrelid = asked and a.attnum > 0 and not a.attisdropped))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = root
    returning id into found_id;
  return found_id;
end $$;

-- Says that from here on changes of the table are lost, so that it is read again.
create function dovetail.lose_changes(to_outbox boolean, asked oid, shape_id bigint) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
  mark bigint;
begin
  if not to_outbox then
    perform pg_logical_emit_message(true, 'dovetail.change', json_build_array('x', shape_id, null, null)::text);
  elsif not exists (select from dovetail.change_outbox where operation = 'x' and relation = asked) then
    mark := nextval('dovetail.change_outbox_seq');
    insert into dovetail.change_outbox (xid, place, depth, seq, operation, relation, shape, at)
      values (pg_current_xact_id(), mark, 0, mark, 'x', asked, shape_id, clock_timestamp());
  end if;
end $$;

-- False where the outbox is as large as it may be. Once something was lost nothing is kept until the reader has seen it.
create function dovetail.outbox_has_room(asked oid) returns boolean language plpgsql
set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return (select pg_relation_size(c.oid) + pg_relation_size(c.reltoastrelid) from pg_class c where c.oid = 'dovetail.change_outbox'::regclass)
      <= (select outbox_bytes from dovetail.watching)
    and not exists (select from dovetail.change_outbox where operation = 'x' and relation = asked);
end $$;

-- True where every record can be written as text for certain: without values stored apart none is large.
create function dovetail.has_small_records(asked oid) returns boolean language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  return (select case when relkind = 'p' then false when reltoastrelid = 0 then true else pg_relation_size(reltoastrelid) = 0 end
    from pg_class where oid = asked);
end $$;

-- Before a statement: where the outbox is, so that afterwards one knows what triggers of the statement have written.
create function dovetail.begin_statement() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  perform set_config(format('dovetail.start_%s_%s', tg_relid, pg_trigger_depth()), (case when is_called then last_value else 0 end)::text, true)
    from dovetail.change_outbox_seq;
  return null;
end $$;

-- Triggers of a statement may change the same table and have ended before it: what they did has to come after what it did, where they
-- built on it.
create function dovetail.place_before_nested(asked oid, my_depth int, is_delete boolean) returns void language plpgsql
set search_path = pg_catalog, pg_temp set enable_nestloop = off set enable_seqscan = off as $$
declare
  me constant xid8 := pg_current_xact_id();
  start_name text := format('dovetail.start_%s_%s', asked, my_depth);
  start_seq bigint := nullif(current_setting(start_name, true), '')::bigint;
begin
  if start_seq is null then
    -- A statement of a foreign key begins one trigger deeper than it ends.
    start_name := format('dovetail.start_%s_%s', asked, my_depth + 1);
    start_seq := nullif(current_setting(start_name, true), '')::bigint;
  end if;
  if start_seq is null then return; end if;
  perform set_config(start_name, '', true);
  if not exists (select from dovetail.change_outbox n
    where n.xid = me and n.place > start_seq and n.depth > my_depth and n.relation = asked) then return; end if;
  update dovetail.change_outbox mine set place = later.place
  from (
    select n.before, min(n.place) as place from dovetail.change_outbox n
    where n.xid = me and n.place > start_seq and n.depth > my_depth and n.relation = asked and n.before is not null
    group by n.before
  ) later
  where mine.xid = me and mine.place > start_seq and mine.depth = my_depth and mine.relation = asked and mine.after = later.before;
  -- A key that is used again: the record was deleted before.
  if is_delete then
    update dovetail.change_outbox mine set place = least(mine.place, later.place)
    from (
      select min(n.place) as place from dovetail.change_outbox n
      where n.xid = me and n.place > start_seq and n.depth > my_depth and n.relation = asked and n.operation = 'i'
    ) later
    where mine.xid = me and mine.place > start_seq and mine.depth = my_depth and mine.relation = asked and mine.operation = 'd';
  end if;
end $$;

-- After a statement: what it changed, in the outbox or (where the WAL is read) as logical messages. It must never fail, or the application's
-- statement does: so values are only written as text, in the one form of the stream whatever the session's settings are, and without a
-- savepoint, whose numbers would run out. No join may become a nested loop because the first statement was small.
create function dovetail.capture_statement() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD' set intervalstyle = 'iso_8601'
set extra_float_digits = 1 set bytea_output = 'hex' set enable_nestloop = off set jit = off as $$
declare
  to_outbox constant boolean := tg_argv[0] = 'outbox';
  mark constant text := nullif(current_setting('dovetail.origin', true), '');
  me constant xid8 := pg_current_xact_id();
  my_depth constant int := pg_trigger_depth();
  pairs boolean := tg_op = 'UPDATE';
  shape_id bigint;
begin
  if tg_op = 'INSERT' then
    if not exists (select from new_rows) then return null; end if;
  elsif not exists (select from old_rows) then
    return null;
  end if;
  shape_id := dovetail.current_shape(tg_relid, coalesce(pg_partition_root(tg_relid), tg_relid));
  if to_outbox and not dovetail.outbox_has_room(tg_relid) then
    perform dovetail.lose_changes(to_outbox, tg_relid, shape_id);
    return null;
  end if;
  if not dovetail.has_small_records(tg_relid) then
    -- Nothing is written in here, so that it takes no number of a transaction.
    begin
      if tg_op <> 'INSERT' then perform max(length(o::text)) from old_rows o; end if;
      if tg_op <> 'DELETE' then perform max(length(w::text)) from new_rows w; end if;
    exception when others then
      shape_id := -shape_id;
    end;
    if shape_id < 0 then
      perform dovetail.lose_changes(to_outbox, tg_relid, -shape_id);
      return null;
    end if;
  end if;
  if pairs then
    -- Of a row that was to move to another partition and was refused there nothing is new: then nobody can tell what belongs together.
    pairs := (select count(*) from old_rows) = (select count(*) from new_rows);
  end if;
  if pairs and to_outbox then
    insert into dovetail.change_outbox (xid, place, depth, seq, operation, relation, shape, before, after, at, origin)
      select me, s, my_depth, s, 'u', tg_relid, shape_id, r.before, r.after, clock_timestamp(), case when r.n = 1 then mark end
      from (
        select nextval('dovetail.change_outbox_seq') as s, p.* from (
          select b.n, b.before, a.after
          from (select row_number() over () as n, o::text as before from old_rows o) b
          join (select row_number() over () as n, w::text as after from new_rows w) a on a.n = b.n
          order by b.n
        ) p offset 0
      ) r;
  elsif pairs then
    perform count(pg_logical_emit_message(true, 'dovetail.change', json_build_array('u', shape_id, p.before, p.after)::text))
    from (
      select b.before, a.after
      from (select row_number() over () as n, o::text as before from old_rows o) b
      join (select row_number() over () as n, w::text as after from new_rows w) a on a.n = b.n
      order by b.n
    ) p;
  else
    if tg_op <> 'INSERT' and to_outbox then
      insert into dovetail.change_outbox (xid, place, depth, seq, operation, relation, shape, before, at, origin)
        select me, s, my_depth, s, 'd', tg_relid, shape_id, r.before, clock_timestamp(), case when r.n = 1 then mark end
        from (select nextval('dovetail.change_outbox_seq') as s, row_number() over () as n, o::text as before from old_rows o offset 0) r;
    elsif tg_op <> 'INSERT' then
      perform count(pg_logical_emit_message(true, 'dovetail.change', json_build_array('d', shape_id, o::text, null)::text)) from old_rows o;
    end if;
    if tg_op <> 'DELETE' and to_outbox then
      insert into dovetail.change_outbox (xid, place, depth, seq, operation, relation, shape, after, at, origin)
        select me, s, my_depth, s, 'i', tg_relid, shape_id, r.after, clock_timestamp(), case when r.n = 1 then mark end
        from (select nextval('dovetail.change_outbox_seq') as s, row_number() over () as n, w::text as after from new_rows w offset 0) r;
    elsif tg_op <> 'DELETE' then
      perform count(pg_logical_emit_message(true, 'dovetail.change', json_build_array('i', shape_id, null, w::text)::text)) from new_rows w;
    end if;
  end if;
  if to_outbox then perform dovetail.place_before_nested(tg_relid, my_depth, tg_op = 'DELETE'); end if;
  return null;
end $$;

-- One change, where it comes alone.
create function dovetail.keep_change(to_outbox boolean, operation "char", asked oid, shape_id bigint, before text, after text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  s bigint;
begin
  if not to_outbox then
    perform pg_logical_emit_message(true, 'dovetail.change', json_build_array(operation, shape_id, before, after)::text);
    return;
  end if;
  s := nextval('dovetail.change_outbox_seq');
  insert into dovetail.change_outbox (xid, place, depth, seq, operation, relation, shape, before, after, at, origin)
    values (pg_current_xact_id(), s, pg_trigger_depth(), s, operation, asked, shape_id, before, after, clock_timestamp(),
      nullif(current_setting('dovetail.origin', true), ''));
end $$;

-- After each row, where tables inherit from each other: the triggers of a statement fire for the table it names only, those of rows for the
-- table a row lies in.
create function dovetail.capture_row() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD' set intervalstyle = 'iso_8601'
set extra_float_digits = 1 set bytea_output = 'hex' as $$
declare
  to_outbox constant boolean := tg_argv[0] = 'outbox';
  shape_id constant bigint := dovetail.current_shape(tg_relid, tg_relid);
  before text;
  after text;
  is_lost boolean := false;
begin
  if to_outbox and not dovetail.outbox_has_room(tg_relid) then
    is_lost := true;
  elsif dovetail.has_small_records(tg_relid) then
    if tg_op <> 'INSERT' then before := old::text; end if;
    if tg_op <> 'DELETE' then after := new::text; end if;
  else
    begin
      if tg_op <> 'INSERT' then before := old::text; end if;
      if tg_op <> 'DELETE' then after := new::text; end if;
    exception when others then
      is_lost := true;
    end;
  end if;
  if is_lost then
    perform dovetail.lose_changes(to_outbox, tg_relid, shape_id);
  else
    perform dovetail.keep_change(to_outbox, lower(left(tg_op, 1))::"char", tg_relid, shape_id, before, after);
  end if;
  return null;
end $$;

-- Before a table is emptied. A partition that is emptied alone takes its records along, one by one: the table that it is part of keeps others.
create function dovetail.capture_truncate() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD' set intervalstyle = 'iso_8601'
set extra_float_digits = 1 set bytea_output = 'hex' as $$
declare
  to_outbox constant boolean := tg_argv[0] = 'outbox';
  root constant oid := coalesce(pg_partition_root(tg_relid), tg_relid);
  mark_name constant text := format('dovetail.emptied_%s', root);
  shape_id bigint;
begin
  if tg_when = 'AFTER' then
    perform set_config(mark_name, '', true);
    return null;
  end if;
  if root <> tg_relid and (current_setting(mark_name, true) = 'whole' or (select relkind = 'p' from pg_class where oid = tg_relid)) then
    return null;
  end if;
  shape_id := dovetail.current_shape(tg_relid, root);
  if to_outbox and not dovetail.outbox_has_room(tg_relid) then
    perform dovetail.lose_changes(to_outbox, tg_relid, shape_id);
  elsif root = tg_relid then
    perform set_config(mark_name, 'whole', true);
    perform dovetail.keep_change(to_outbox, 't', tg_relid, shape_id, null, null);
  else
    begin
      execute format('select count(dovetail.keep_change($1, ''d'', $2, $3, r::text, null)) from only %I.%I r', tg_table_schema, tg_table_name)
        using to_outbox, tg_relid, shape_id;
    exception when others then
      shape_id := -shape_id;
    end;
    if shape_id < 0 then perform dovetail.lose_changes(to_outbox, tg_relid, -shape_id); end if;
  end if;
  return null;
end $$;

-- Called by triggers of watched tables, which need no right for it, and by nobody else.
revoke execute on function dovetail.current_shape, dovetail.lose_changes, dovetail.outbox_has_room, dovetail.has_small_records,
  dovetail.begin_statement, dovetail.place_before_nested, dovetail.capture_statement, dovetail.keep_change, dovetail.capture_row,
  dovetail.capture_truncate from public;
