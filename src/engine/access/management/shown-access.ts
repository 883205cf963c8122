// Users, clients, keys, roles and units as they are shown to whoever may see them: no hash, no digest, no secret is in these.
// `owner` and `unit` say whose they are, for the rights.

const ROLES = (holder: 'user' | 'client', id: string): string =>
  `(select coalesce(jsonb_agg(r.role order by r.role collate "C"), '[]') from dovetail.${holder}_roles r where r.${holder}_id = ${id})`;

export const CLIENTS_SHOWN = `
  select c.id, c.name, c.description, c.subject, ${ROLES('client', 'c.id')} as roles,
    c.disabled_at is not null as disabled, c.disabled_at as "disabledAt", c.created_at as "createdAt", c.unit_id as "unitId",
    concat('client ', c.id) as owner, c.unit_id as unit
  from dovetail.clients c`;

export const USERS_SHOWN = `
  select u.id, u.email, u.name, u.subject, ${ROLES('user', 'u.id')} as roles, u.password_hash is not null as "hasPassword",
    u.disabled_at is not null as disabled, u.disabled_at as "disabledAt", u.created_at as "createdAt", u.unit_id as "unitId",
    concat('user ', u.id) as owner, u.unit_id as unit
  from dovetail.users u`;

export const KEYS_SHOWN = `
  select k.id, k.label,
    case when k.revoked_at is not null then 'revoked' when k.expires_at <= now() then 'expired' else 'usable' end as state,
    k.created_at as "createdAt", k.expires_at as "expiresAt", k.revoked_at as "revokedAt", k.last_used_at as "lastUsedAt",
    k.client_id as "clientId", concat('client ', c.id) as owner, c.unit_id as unit
  from dovetail.api_keys k join dovetail.clients c on c.id = k.client_id`;

/** How clients get tokens; of a secret only whether there is one. */
export const OAUTH_CLIENTS_SHOWN = `
  select o.client_id as id, to_jsonb(o.grants) as grants, to_jsonb(o.redirect_uris) as "redirectUris", to_jsonb(o.scopes) as scopes, o.secret_sha256 is null as public,
    o.changed_at as "changedAt", o.client_id as "clientId", concat('client ', c.id) as owner, c.unit_id as unit
  from dovetail.oauth_clients o join dovetail.clients c on c.id = o.client_id`;

export const ROLES_SHOWN = `
  select r.name, r.description, r.built_in as "builtIn",
    (select count(*) from dovetail.user_roles u where u.role = r.name) as users,
    (select count(*) from dovetail.client_roles c where c.role = r.name) as clients,
    (select coalesce(jsonb_agg(jsonb_build_object('entity', p.entity, 'action', p.action, 'level', p.level)
       order by p.entity collate "C", p.action), '[]') from dovetail.role_permissions p where p.role = r.name) as permissions,
    (select coalesce(jsonb_agg(jsonb_build_object('entity', f.entity, 'field', f.field, 'view', f.view, 'edit', f.edit)
       order by f.entity collate "C", f.field collate "C"), '[]') from dovetail.role_fields f where f.role = r.name) as fields,
    null::text as owner, null::text as unit
  from dovetail.roles r`;

export const UNITS_SHOWN = `
  select u.id, u.name, u.parent_id as "parentId", u.created_at as "createdAt", null::text as owner, u.id as unit
  from dovetail.units u`;
