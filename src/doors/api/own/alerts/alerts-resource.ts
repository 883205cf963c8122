// Alerts: looked at, acknowledged and resolved; and raised by programs that have something to tell.
import {
  ALERT_NOTICES_SHOWN,
  ALERTS_SHOWN,
  SEVERITIES,
  type Severity,
} from '../../../../engine/alerts/index.js';
import type { OwnMade, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';

export const ALERTS: OwnResource = {
  name: 'alerts',
  label: 'Alerts',
  description:
    'What a person should know. The same problem again is counted, not a new one, until it is resolved: by a success, or by hand.',
  query: ALERTS_SHOWN,
  key: 'id',
  order: ['-updatedAt', '-id'],
  fields: {
    id: { type: 'int8' },
    createdAt: { type: 'timestamptz', nullable: false },
    updatedAt: { type: 'timestamptz', nullable: false, says: 'When it was raised last, or changed.' },
    user: { type: 'text', says: 'Whose doing raised it.' },
    message: { type: 'text', nullable: false },
    source: { type: 'text', nullable: false, says: 'Which part of the product, or of the project, says it.' },
    resource: { type: 'text', says: 'What kind of thing it is about.' },
    // JSON:API keeps the name `type` for itself.
    alertType: { type: 'text', nullable: false, says: 'What is wrong, in a word or two: its type.' },
    operation: { type: 'text', says: 'What was being done.' },
    step: { type: 'text', says: 'How far it was.' },
    itemId: { type: 'text', says: 'Which one it is about.' },
    externalId: { type: 'text', says: 'What the other system calls it.' },
    organization: { type: 'text' },
    details: { type: 'jsonb', nullable: false },
    severity: { type: 'text', nullable: false, says: SEVERITIES.join(', ') },
    count: { type: 'int8', nullable: false, says: 'How often it was raised.' },
    state: { type: 'text', nullable: false, says: 'open, acknowledged or resolved' },
    acknowledgedAt: { type: 'timestamptz' },
    acknowledgedBy: { type: 'jsonb' },
    resolvedAt: { type: 'timestamptz' },
    resolvedBy: { type: 'jsonb', says: 'Null of a resolved one: it was resolved by itself.' },
  },
  relations: { notices: { to: 'alert-notices', by: 'alertId' } },
  create: {
    attributes: {
      message: { kind: 'text', required: true },
      alertType: { kind: 'text', required: true, says: 'What is wrong, in a word or two.' },
      severity: { kind: 'text', values: SEVERITIES, says: 'Default: warning' },
      resource: { kind: 'text' },
      operation: { kind: 'text' },
      step: { kind: 'text' },
      itemId: { kind: 'text' },
      externalId: { kind: 'text' },
      details: { kind: 'object' },
    },
    mine: true,
    run: raiseAlert,
  },
  update: {
    attributes: {
      state: {
        kind: 'text',
        values: ['acknowledged', 'resolved'],
        required: true,
        says: 'acknowledged: somebody sees to it, and it is told no more. resolved: it is over.',
      },
    },
    async run({ id, caller, services }, { attributes }) {
      const by = toActor(caller);
      if (attributes['state'] === 'resolved')
        await services.alerts.resolve({ ids: [id], resolved: true }, by);
      if (attributes['state'] === 'acknowledged') await services.alerts.acknowledgeOne(id, by);
      return id;
    },
  },
  async delete({ id, services }) {
    await services.alerts.remove({ ids: [id], resolved: true });
  },
};

/** Its source is `api`: what the product itself says can't be said by others. The same problem is one alert of each caller. */
async function raiseAlert({ caller, services }: OwnPlace, { attributes }: OwnSaid): Promise<OwnMade> {
  const { severity = 'warning', alertType, ...said } = attributes;
  const id = await services.alerts.report({
    ...(said as { readonly message: string }),
    source: 'api',
    type: alertType as string,
    severity: severity as Severity,
    ...(caller.kind === 'program' ? {} : { owner: { kind: caller.kind, id: caller.id } }),
  });
  return { id };
}

export const toActor = ({ kind, id, name }: OwnPlace['caller']) => ({ kind, id, name });

export const ALERT_NOTICES: OwnResource = {
  name: 'alert-notices',
  label: 'Notices of alerts',
  description: 'Who was told of which alert, when and by which route.',
  query: ALERT_NOTICES_SHOWN,
  key: 'id',
  order: ['-id'],
  fields: {
    id: { type: 'int8' },
    route: { type: 'text', nullable: false },
    step: { type: 'text', nullable: false, says: 'raised, repeated, escalated or resolved' },
    number: { type: 'int8', nullable: false, says: 'Which repeat or escalation, from 1.' },
    target: { type: 'text', nullable: false, says: 'A mail address; of other addresses only the host.' },
    queuedAt: { type: 'timestamptz', nullable: false },
    sentAt: { type: 'timestamptz' },
    failedAt: { type: 'timestamptz', says: 'It was given up.' },
    says: { type: 'text', says: 'Why it was.' },
    alertId: { type: 'int8', nullable: false },
  },
  relations: { alert: { to: 'alerts', field: 'alertId' } },
};
