// Alerts, routes and who was told, as they are shown to whoever may see them: of addresses that may hold a secret only the host.

const UNIT = `coalesce(
    (select c.unit_id from dovetail.clients c where a.owner = concat('client ', c.id)),
    (select u.unit_id from dovetail.users u where a.owner = concat('user ', u.id)), a.organization)`;

export const ALERTS_SHOWN = `
  select a.id, a.created_at as "createdAt", a.updated_at as "updatedAt", a.user_name as "user", a.message, a.source, a.resource,
    a.type as "alertType", a.operation, a.step, a.item_id as "itemId", a.external_id as "externalId", a.organization, a.details, a.severity,
    a.count, a.state, a.acknowledged_at as "acknowledgedAt", a.acknowledged_by as "acknowledgedBy", a.resolved_at as "resolvedAt",
    a.resolved_by as "resolvedBy", a.owner, ${UNIT} as unit
  from dovetail.alerts a`;

export const ALERT_NOTICES_SHOWN = `
  select n.id, n.alert_id as "alertId", n.route, n.step, n.number::int8 as number, n.target, n.queued_at as "queuedAt",
    n.sent_at as "sentAt", n.failed_at as "failedAt", n.says, a.owner, ${UNIT} as unit
  from dovetail.alert_notices n join dovetail.alerts a on a.id = n.alert_id`;

export const ALERT_ROUTES_SHOWN = `
  select r.name, to_jsonb(r.sources) as sources, to_jsonb(r.types) as types, to_jsonb(r.organizations) as organizations, r.severity,
    r.shown->'to' as "to", r.shown->'escalate' as escalate, r.digest_minutes::int8 as "digestMinutes",
    r.repeat_minutes::int8 as "repeatMinutes", r.quiet, r.tells_resolved as "tellsResolved", r.paused,
    jsonb_strip_nulls(r.created_by) as "createdBy", r.created_at as "createdAt", r.changed_at as "changedAt",
    null::text as owner, null::text as unit
  from dovetail.alert_routes r`;
