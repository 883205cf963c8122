// Alerts as a notice: what a person reads, and what a program gets.
import { createHash } from 'node:crypto';
import { type Alert, type OpenNotice, SEVERITIES, type StepName } from '../../../engine/alerts/index.js';
import type { Notice } from '../notifier.js';

/** More are counted. */
const MOST_SAID = 50;

/** The same at each attempt. `at`: when the first of them was raised last. */
export function toAlertNotice(route: string, told: readonly OpenNotice[]): Notice {
  const ids = told.map(({ id }) => id).join(',');
  const said = told.slice(0, MOST_SAID);
  const more = told.length - said.length;
  return {
    id: `alerts_${createHash('sha256').update(ids).digest('hex').slice(0, 24)}`,
    type: 'alerts',
    at: told[0]!.alert.updatedAt,
    title: toTitle(told),
    lines: [
      ...said.flatMap((one, i) => [...(i === 0 ? [] : ['']), ...toLines(one)]),
      ...(more > 0 ? ['', `… and ${more} more: dovetail alerts list`] : []),
      '',
      `Told by the route ${route}. Acknowledge with \`dovetail alerts acknowledge ${told[0]!.alert.id}\`.`,
    ],
    data: {
      route,
      alerts: told.map(({ step, number, alert }) => ({ step, ...(number > 1 ? { number } : {}), ...alert })),
    },
  };
}

const WORDS: Readonly<Record<StepName, string>> = {
  raised: '',
  repeated: 'still open: ',
  escalated: 'not acknowledged: ',
  resolved: 'resolved: ',
};

function toTitle(told: readonly OpenNotice[]): string {
  const [first] = told;
  if (told.length === 1) {
    const { step, alert } = first!;
    return `[${alert.severity}] ${WORDS[step]}${placeOf(alert)}: ${alert.message}`;
  }
  const counts = [...SEVERITIES]
    .reverse()
    .map((severity) => [told.filter(({ alert }) => alert.severity === severity).length, severity] as const)
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}`);
  return `${told.length} alerts: ${counts.join(', ')}`;
}

const placeOf = ({ source, resource, type }: Alert): string =>
  [source, resource, type.replaceAll('_', ' ')].filter((part) => part !== undefined).join(' / ');

function toLines({ step, alert }: OpenNotice): readonly string[] {
  const times = alert.count === 1 ? '' : `, ${alert.count} times`;
  const about = [
    ['item', alert.itemId],
    ['step', alert.step],
    ['external id', alert.externalId],
    ['organization', alert.organization],
    ['user', alert.user],
  ].filter(([, value]) => value !== undefined);
  return [
    `#${alert.id} [${alert.severity}] ${WORDS[step]}${placeOf(alert)}${times}`,
    alert.message,
    ...about.map(([name, value]) => `  ${name}: ${value}`),
    `  first ${alert.createdAt.toISOString()}, last ${alert.updatedAt.toISOString()}`,
  ];
}
