// Subscriptions: who is told of changes, and every attempt to tell them.
import { apiError } from '../../api-errors.js';
import type { OwnPlace, OwnResource } from '../own-resource.js';

const BELONGS = `
  case when s.owner_kind <> 'program' then concat(s.owner_kind, ' ', s.owner_id) end as owner,
  case s.owner_kind
    when 'client' then (select c.unit_id from dovetail.clients c where c.id::text = s.owner_id)
    when 'user' then (select u.unit_id from dovetail.users u where u.id::text = s.owner_id) end as unit`;

const countSql = (state: string): string =>
  `(select count(*) from dovetail.parked_messages p where p.subscription_id = s.id and p.state = '${state}')`;

/** As positions are written everywhere. */
const POSITION = `s.epoch || '-' || lpad(upper(to_hex((s.lsn - '0/0'::pg_lsn)::bigint)), 16, '0') || '-' || lpad(upper(to_hex(s.ordinal)), 8, '0')`;

export const SUBSCRIPTIONS: OwnResource = {
  name: 'subscriptions',
  label: 'Subscriptions',
  description:
    'Who is told of which changes, and where they go. What is told is what the one who made it may see.',
  query: `
    select s.id, s.name, s.wants, s.form, s.mode, s.sink, s.endpoint, s.settings, s.state, s.reason, ${POSITION} as position, s.delivered,
      s.delivered_at as "deliveredAt", ${countSql('waiting')} as waiting, ${countSql('given_up')} as "givenUp",
      s.failing_since as "failingSince", s.created_at as "createdAt", ${BELONGS}
    from dovetail.subscriptions s`,
  key: 'id',
  fields: {
    id: { type: 'int8' },
    name: { type: 'text', nullable: false },
    wants: { type: 'jsonb', nullable: false, says: 'Objects of entity, operations, fields and where.' },
    form: { type: 'text', nullable: false, says: 'document or thin' },
    mode: { type: 'text', nullable: false, says: 'every or last' },
    sink: { type: 'text', nullable: false },
    endpoint: { type: 'text', nullable: false, says: 'Where it delivers; the address itself is a secret.' },
    settings: { type: 'jsonb', nullable: false, says: 'Of the sink, without what is secret.' },
    state: { type: 'text', nullable: false, says: 'active, paused or disabled' },
    reason: { type: 'text', says: 'Why it is disabled.' },
    position: { type: 'text', nullable: false, says: 'All before it is delivered, waits or was given up.' },
    delivered: { type: 'int8', nullable: false },
    deliveredAt: { type: 'timestamptz' },
    waiting: { type: 'int8', nullable: false, says: 'Messages that wait for another attempt.' },
    givenUp: { type: 'int8', nullable: false },
    failingSince: { type: 'timestamptz', says: 'Since when no attempt was successful.' },
    createdAt: { type: 'timestamptz', nullable: false },
  },
  relations: { deliveries: { to: 'deliveries', by: 'subscriptionId' } },
  create: {
    attributes: {
      name: { kind: 'text', required: true },
      wants: {
        kind: 'objects',
        required: true,
        says: 'Each has entity, and may have operations (created, updated, deleted), fields, and where, a condition in CEL: row["status"] == "paid".',
      },
      sink: { kind: 'text', required: true, says: 'webhook' },
      settings: {
        kind: 'object',
        required: true,
        says: 'Of the sink: of a webhook url, headers, parallel, batch …',
      },
      form: { kind: 'text', values: ['document', 'thin'] },
      mode: { kind: 'text', values: ['every', 'last'] },
      from: { kind: 'text', says: 'A position or a moment; default: now.' },
    },
    mine: true,
    once: true,
    async run({ caller, services }, { attributes }) {
      const made = await services.subscriptions.createDescribed(attributes, caller);
      return {
        id: made.id,
        once: { remarks: made.remarks, ...(made.secret === undefined ? {} : { secret: made.secret }) },
      };
    },
  },
  update: {
    attributes: {
      paused: { kind: 'bool', says: 'False also lets one go on that is disabled.' },
      replayFrom: { kind: 'text', says: 'A position or a moment: what came after it is told again.' },
      retryGivenUp: { kind: 'bool', says: 'True: what was given up is tried again.' },
    },
    async run({ id, services }, { attributes }) {
      const name = await readName(services, id);
      const { paused, replayFrom, retryGivenUp } = attributes;
      if (typeof replayFrom === 'string') await services.subscriptions.replayDescribed(name, replayFrom);
      if (retryGivenUp === true) await services.subscriptions.resendGivenUp(name);
      if (paused === true) await services.subscriptions.pause(name);
      if (paused === false) await services.subscriptions.resume(name);
      return id;
    },
  },
  delete: async ({ id, services }) => services.subscriptions.remove(await readName(services, id)),
};

export const DELIVERIES: OwnResource = {
  name: 'deliveries',
  label: 'Deliveries',
  description:
    'Attempts to deliver, the newest first. A new one is a message that is sent again, or, where none is named, a test of the subscription.',
  query: `
    select d.id, d.subscription_id as "subscriptionId", d.message_id as "messageId", d.type as "messageType", d.record, d.position,
      d.attempt::int8 as attempt, d.outcome, d.status, d.says, d.took_ms::int8 as "tookMs", d.at, ${BELONGS}
    from dovetail.deliveries d join dovetail.subscriptions s on s.id = d.subscription_id`,
  key: 'id',
  order: ['-id'],
  fields: {
    id: { type: 'int8' },
    messageId: { type: 'text', nullable: false, says: 'The same for every attempt.' },
    messageType: { type: 'text', nullable: false },
    record: { type: 'text', nullable: false, says: 'Type and id; empty for what is about no single one.' },
    position: { type: 'text', nullable: false },
    attempt: { type: 'int8', nullable: false },
    outcome: { type: 'text', nullable: false, says: 'accepted, retry, refused, gone or given_up' },
    status: { type: 'text', says: 'What the other side answered with.' },
    says: { type: 'text', says: 'The beginning of what it said.' },
    tookMs: { type: 'int8', nullable: false },
    at: { type: 'timestamptz', nullable: false },
    subscriptionId: { type: 'int8', nullable: false },
  },
  relations: { subscription: { to: 'subscriptions', field: 'subscriptionId' } },
  create: {
    attributes: { of: { kind: 'text', says: 'The id of a delivery whose message is sent again.' } },
    relationships: { subscription: 'subscriptions' },
    belongs: 'subscription',
    async run({ services }, { attributes, relationships }) {
      const { subscription } = relationships;
      if (subscription == null)
        throw apiError(602, {
          detail: 'A delivery is of a subscription.',
          hint: 'Send the relationship subscription.',
          pointer: { member: '/data' },
        });
      const name = await readName(services, subscription);
      const signal = AbortSignal.timeout(60_000);
      if (typeof attributes['of'] !== 'string')
        return { meta: await services.subscriptions.test(name, signal) };
      const delivery = await services.subscriptions.readDelivery(attributes['of']);
      if (delivery.subscription !== name)
        throw apiError(401, { detail: `${name} has no delivery '${attributes['of'].slice(0, 60)}'.` });
      return { meta: await services.subscriptions.resend(delivery.id, signal) };
    },
  },
};

/** Services know subscriptions by name. Throws API-401 for one that is gone by now. */
async function readName({ subscriptions }: OwnPlace['services'], id: string): Promise<string> {
  const name = await subscriptions.findName(id);
  if (name !== undefined) return name;
  throw apiError(401, { detail: `None of the dovetail-subscriptions has the id '${id.slice(0, 60)}'.` });
}
