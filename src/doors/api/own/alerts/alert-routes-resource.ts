// Routes of alerts that are kept in the database. An address goes in and comes out without what is secret in it.
import {
  ALERT_ROUTES_SHOWN,
  type AlertRoute,
  type RouteChanges,
  SEVERITIES,
} from '../../../../engine/alerts/index.js';
import { apiError } from '../../api-errors.js';
import type { OwnMember, OwnResource, OwnSaid } from '../own-resource.js';
import { toActor } from './alerts-resource.js';

const ATTRIBUTES: Readonly<Record<string, OwnMember>> = {
  sources: { kind: 'texts', nullable: true, says: 'Only alerts of these sources. Null: of all.' },
  types: { kind: 'texts', nullable: true, says: 'Only alerts of these types. Null: of all.' },
  organizations: { kind: 'texts', nullable: true, says: 'Only alerts of these. Null: of all.' },
  severity: { kind: 'text', values: SEVERITIES, nullable: true, says: 'At least so severe. Null: all.' },
  to: {
    kind: 'texts',
    says: 'user:ada@example.org, role:administrator, mail:ops@example.org, https://… or chat:https://…',
  },
  digestMinutes: { kind: 'number', nullable: true, says: 'Alerts are collected for so long.' },
  repeatMinutes: {
    kind: 'number',
    nullable: true,
    says: 'While an alert is open it is told again after so long.',
  },
  quiet: {
    kind: 'object',
    nullable: true,
    says: 'When nobody is told: between (a list of windows as 22:00-06:00), timeZone, and unless, the severity from which on it is told all the same.',
  },
  escalate: {
    kind: 'objects',
    nullable: true,
    says: 'Who is told if nobody acknowledges it in time: objects with afterMinutes and to.',
  },
  tellsResolved: { kind: 'bool', says: 'Whoever was told is also told that it is over.' },
  paused: { kind: 'bool', says: 'Nothing new is told.' },
};

export const ALERT_ROUTES: OwnResource = {
  name: 'alert-routes',
  label: 'Routes of alerts',
  description:
    'Who is told of which alerts, and when; beside the routes of the configuration, which are not listed here.',
  query: ALERT_ROUTES_SHOWN,
  key: 'name',
  fields: {
    name: { type: 'text' },
    sources: { type: 'jsonb' },
    types: { type: 'jsonb' },
    organizations: { type: 'jsonb' },
    severity: { type: 'text', says: 'At least so severe.' },
    to: {
      type: 'jsonb',
      nullable: false,
      says: 'Of addresses that may hold a secret only the host, and a digest.',
    },
    escalate: { type: 'jsonb', says: 'The same of their addresses.' },
    digestMinutes: { type: 'int8' },
    repeatMinutes: { type: 'int8' },
    quiet: { type: 'jsonb' },
    tellsResolved: { type: 'bool', nullable: false },
    paused: { type: 'bool', nullable: false },
    createdBy: { type: 'jsonb', nullable: false },
    createdAt: { type: 'timestamptz', nullable: false },
    changedAt: { type: 'timestamptz', nullable: false },
  },
  create: {
    attributes: {
      name: { kind: 'text', required: true },
      ...ATTRIBUTES,
      to: { ...ATTRIBUTES['to']!, required: true },
    },
    async run({ caller, services }, said) {
      const { name, ...changes } = said.attributes as { readonly name: string };
      const known = Object.entries(toChanges({ ...said, attributes: changes })).filter(
        ([, one]) => one !== null,
      );
      const route = { ...Object.fromEntries(known), name } as AlertRoute;
      await services.alerts.routes.add(route, toActor(caller));
      return { id: name };
    },
  },
  update: {
    attributes: ATTRIBUTES,
    async run({ id, services }, said) {
      await services.alerts.routes.change(id, toChanges(said));
      return id;
    },
  },
  delete: ({ id, services }) => services.alerts.routes.remove(id),
};

/** The members of objects in it checked by their kind. Throws API-302. */
function toChanges({ attributes }: OwnSaid): RouteChanges {
  const { quiet, escalate } = attributes as {
    readonly quiet?: Readonly<Record<string, unknown>> | null;
    readonly escalate?: readonly Readonly<Record<string, unknown>>[] | null;
  };
  if (quiet != null)
    checkMembers('quiet', quiet, { between: isTexts, timeZone: isText, unless: isText }, [
      'between',
      'timeZone',
    ]);
  for (const [i, step] of (escalate ?? []).entries())
    checkMembers(`escalate/${i}`, step, { afterMinutes: isNumber, to: isTexts }, ['afterMinutes', 'to']);
  return attributes as RouteChanges;
}

type Test = (value: unknown) => boolean;
const isText: Test = (value) => typeof value === 'string';
const isTexts: Test = (value) => Array.isArray(value) && value.length <= 100 && value.every(isText);
const isNumber: Test = (value) => typeof value === 'number';

function checkMembers(
  at: string,
  given: Readonly<Record<string, unknown>>,
  known: Readonly<Record<string, Test>>,
  required: readonly string[],
): void {
  const wrong =
    Object.keys(given).find((name) => !Object.hasOwn(known, name) || !known[name]!(given[name])) ??
    required.find((name) => given[name] === undefined);
  if (wrong === undefined) return;
  throw apiError(302, {
    detail: `${at.split('/')[0]} has ${Object.keys(known).join(', ')}; '${wrong.slice(0, 60)}' is not as it must be.`,
    pointer: { member: `/data/attributes/${at}` },
  });
}
