-- Who may do what: roles and what they allow, users and clients that have them, units they belong to, keys of clients.

create table dovetail.roles (
  name         text primary key,
  description  text,
  -- True for those that come with Dovetail: they can't be changed or removed.
  built_in     boolean not null default false,
  created_at   timestamptz not null default now()
);
comment on table dovetail.roles is 'Roles: what users and clients are given.';

create table dovetail.role_permissions (
  role    text not null references dovetail.roles on update cascade on delete cascade,
  -- Name of the entity; * for all of which the role says nothing by name.
  entity  text not null,
  action  text not null check (action in ('view', 'create', 'update', 'delete', 'import', 'export')),
  -- With which records: none, those one owns, of one's unit, of it and those below, of the whole organization, all.
  level   text not null check (level in ('none', 'own', 'unit', 'unit_and_below', 'organization', 'all')),
  primary key (role, entity, action)
);
comment on table dovetail.role_permissions is 'What a role allows.';

create table dovetail.role_fields (
  role    text not null references dovetail.roles on update cascade on delete cascade,
  entity  text not null,
  field   text not null,
  view    boolean not null,
  edit    boolean not null,
  primary key (role, entity, field),
  check (view or not edit)
);
comment on table dovetail.role_fields is 'Fields a role does not show, or does not let be changed; what is not here it does.';

create table dovetail.units (
  -- As the application's own tables name it.
  id          text primary key,
  name        text not null,
  -- Null: it is the root of a tree, an organization.
  parent_id   text references dovetail.units on update cascade,
  created_at  timestamptz not null default now(),
  check (parent_id <> id)
);
create index units_parent on dovetail.units (parent_id);
comment on table dovetail.units is 'Business units, as trees.';

create table dovetail.users (
  id             bigint generated always as identity primary key,
  email          text not null,
  name           text not null,
  -- Argon2id, in its own text form; null: nobody can sign in with a password.
  password_hash  text,
  unit_id        text references dovetail.units on update cascade,
  -- How the application's own tables name this user: what owner fields hold.
  subject        text,
  disabled_at    timestamptz,
  created_at     timestamptz not null default now()
);
create unique index users_email on dovetail.users (lower(email));
create index users_unit on dovetail.users (unit_id);
comment on table dovetail.users is 'People who use Dovetail.';

create table dovetail.clients (
  id           bigint generated always as identity primary key,
  name         text not null unique,
  description  text,
  unit_id      text references dovetail.units on update cascade,
  -- How the application's own tables name this client: what owner fields hold.
  subject      text,
  disabled_at  timestamptz,
  created_at   timestamptz not null default now()
);
create index clients_unit on dovetail.clients (unit_id);
comment on table dovetail.clients is 'Programs that use the API.';

create table dovetail.user_roles (
  user_id  bigint not null references dovetail.users on delete cascade,
  role     text not null references dovetail.roles on update cascade on delete cascade,
  primary key (user_id, role)
);
create index user_roles_role on dovetail.user_roles (role);
comment on table dovetail.user_roles is 'Which roles users have.';

create table dovetail.client_roles (
  client_id  bigint not null references dovetail.clients on delete cascade,
  role       text not null references dovetail.roles on update cascade on delete cascade,
  primary key (client_id, role)
);
create index client_roles_role on dovetail.client_roles (role);
comment on table dovetail.client_roles is 'Which roles clients have.';

create table dovetail.api_keys (
  id             bigint generated always as identity primary key,
  client_id      bigint not null references dovetail.clients on delete cascade,
  -- Of the secret, which is kept nowhere.
  secret_sha256  bytea not null check (length(secret_sha256) = 32),
  label          text,
  created_at     timestamptz not null,
  -- Null: it does not.
  expires_at     timestamptz,
  revoked_at     timestamptz,
  -- To the minute.
  last_used_at   timestamptz
);
create index api_keys_client on dovetail.api_keys (client_id, id);
comment on table dovetail.api_keys is 'Keys with which clients say who they are.';

create table dovetail.access_version (
  -- There is one row.
  one      boolean primary key default true check (one),
  -- Raised by whatever changes who may do what, in the same transaction.
  version  bigint not null
);
comment on table dovetail.access_version is 'By what caches notice that rights have changed.';
insert into dovetail.access_version (version) values (1);

create function dovetail.raise_access_version() returns trigger language plpgsql as $$
begin
  update dovetail.access_version set version = version + 1;
  return null;
end $$;

create trigger raise_version after insert or update or delete or truncate on dovetail.roles
  for each statement execute function dovetail.raise_access_version();
create trigger raise_version after insert or update or delete or truncate on dovetail.role_permissions
  for each statement execute function dovetail.raise_access_version();
create trigger raise_version after insert or update or delete or truncate on dovetail.role_fields
  for each statement execute function dovetail.raise_access_version();
create trigger raise_version after insert or update or delete or truncate on dovetail.units
  for each statement execute function dovetail.raise_access_version();
create trigger raise_version after insert or update or delete or truncate on dovetail.users
  for each statement execute function dovetail.raise_access_version();
create trigger raise_version after insert or update or delete or truncate on dovetail.clients
  for each statement execute function dovetail.raise_access_version();
create trigger raise_version after insert or update or delete or truncate on dovetail.user_roles
  for each statement execute function dovetail.raise_access_version();
create trigger raise_version after insert or update or delete or truncate on dovetail.client_roles
  for each statement execute function dovetail.raise_access_version();
-- Not by last_used_at, which changes all the time.
create trigger raise_version
  after insert or delete or truncate or update of id, client_id, secret_sha256, label, created_at, expires_at, revoked_at
  on dovetail.api_keys for each statement execute function dovetail.raise_access_version();

insert into dovetail.roles (name, description, built_in) values
  ('administrator', 'May do everything.', true),
  ('reader', 'May see and export everything, and change nothing.', true);
insert into dovetail.role_permissions (role, entity, action, level)
  select 'administrator', '*', action, 'all' from unnest(array['view', 'create', 'update', 'delete', 'import', 'export']) as action
  union all
  select 'reader', '*', action, 'all' from unnest(array['view', 'export']) as action;
