-- How clients and people come in: OAuth settings of clients, what the authorization server keeps, sessions, one-time links.

create table dovetail.oauth_clients (
  client_id      bigint primary key references dovetail.clients on delete cascade,
  -- Of the secret, which is kept nowhere; null: a public client, which has none.
  secret_sha256  bytea check (length(secret_sha256) = 32),
  grants         text[] not null,
  redirect_uris  text[] not null default '{}',
  -- What it may ask for.
  scopes         text[] not null,
  changed_at     timestamptz not null
);
comment on table dovetail.oauth_clients is 'How clients get tokens by OAuth2.';
create trigger raise_version after insert or update or delete or truncate on dovetail.oauth_clients
  for each statement execute function dovetail.raise_access_version();

create table dovetail.oauth_objects (
  -- AccessToken, RefreshToken, Grant, Session … as the authorization server names them.
  kind         text not null,
  -- Of the token, code or cookie, which is kept nowhere.
  id_sha256    bytea not null check (length(id_sha256) = 32),
  client_id    bigint references dovetail.clients on delete cascade,
  user_id      bigint references dovetail.users on delete cascade,
  grant_id     text,
  uid          text,
  payload      jsonb not null,
  consumed_at  timestamptz,
  expires_at   timestamptz not null,
  primary key (kind, id_sha256)
);
create index oauth_objects_client on dovetail.oauth_objects (client_id);
create index oauth_objects_user on dovetail.oauth_objects (user_id);
create index oauth_objects_grant on dovetail.oauth_objects (grant_id) where grant_id is not null;
create index oauth_objects_uid on dovetail.oauth_objects (uid) where uid is not null;
create index oauth_objects_by_end on dovetail.oauth_objects (expires_at);
comment on table dovetail.oauth_objects is 'Tokens, codes, grants and sessions of the authorization server, until they end.';
-- A token that is taken back before its end must be forgotten by every process.
create trigger raise_version after delete on dovetail.oauth_objects
  for each row when (old.kind in ('AccessToken', 'ClientCredentials') and old.expires_at > now())
  execute function dovetail.raise_access_version();

create table dovetail.oauth_keys (
  kid         text primary key,
  public_jwk  jsonb not null,
  -- The private key, encrypted under a key that is not in the database.
  sealed_jwk  bytea not null,
  created_at  timestamptz not null
);
comment on table dovetail.oauth_keys is 'Keys that ID tokens are signed with.';

create table dovetail.sessions (
  -- Of what the cookie holds.
  id_sha256   bytea primary key check (length(id_sha256) = 32),
  user_id     bigint not null references dovetail.users on delete cascade,
  data        jsonb not null,
  created_at  timestamptz not null,
  expires_at  timestamptz not null
);
create index sessions_user on dovetail.sessions (user_id);
create index sessions_by_end on dovetail.sessions (expires_at);
comment on table dovetail.sessions is 'People who are signed in with a browser.';
create trigger raise_version after delete on dovetail.sessions
  for each row when (old.expires_at > now()) execute function dovetail.raise_access_version();

create function dovetail.end_sessions() returns trigger language plpgsql as $$
begin
  delete from dovetail.sessions where user_id = new.id;
  return null;
end $$;
-- Whoever changes a password: those who came in with the one before are out.
create trigger end_sessions after update on dovetail.users
  for each row when (old.password_hash is distinct from new.password_hash) execute function dovetail.end_sessions();

create table dovetail.invitations (
  -- Of what the link holds.
  id_sha256   bytea primary key check (length(id_sha256) = 32),
  -- Whose password it sets; null: it makes the first user, an administrator.
  user_id     bigint references dovetail.users on delete cascade,
  created_at  timestamptz not null,
  expires_at  timestamptz not null
);
create index invitations_user on dovetail.invitations (user_id);
comment on table dovetail.invitations is 'Links with which somebody sets a password, each once.';
