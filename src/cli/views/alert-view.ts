// Alerts for people: the list, the summary, and one of them with who was told.
import type { Alert, AlertActor, AlertGroup, Severity, ShownNotice } from '../../engine/alerts/index.js';
import { countText, momentText } from '../terminal/number-text.js';
import type { Style } from '../terminal/terminal-style.js';
import { toPairs, toTable } from '../terminal/terminal-table.js';
import type { ViewOptions } from './view-options.js';

export function toAlertListLines(alerts: readonly Alert[], options: ViewOptions): string[] {
  if (alerts.length === 0) return ['No alerts.'];
  return toTable(
    [
      { title: 'alert', align: 'right', shrinks: false },
      { title: 'severity', shrinks: false },
      { title: 'state', shrinks: false },
      { title: 'source', shrinks: false },
      { title: 'type', shrinks: false },
      { title: 'item' },
      { title: 'times', align: 'right', shrinks: false },
      { title: 'last', shrinks: false },
      { title: 'message' },
    ],
    alerts.map((alert) => [
      alert.id,
      alert.severity,
      alert.state,
      alert.source,
      alert.type.replaceAll('_', ' '),
      alert.itemId ?? alert.resource ?? '',
      countText(alert.count),
      momentText(alert.updatedAt),
      alert.message,
    ]),
    options,
  );
}

export function toSummaryLines(groups: readonly AlertGroup[], options: ViewOptions): string[] {
  if (groups.length === 0) return ['No alerts.'];
  return toTable(
    [
      { title: 'source', shrinks: false },
      { title: 'resource' },
      { title: 'type', shrinks: false },
      { title: 'alerts', align: 'right', shrinks: false },
      { title: 'times', align: 'right', shrinks: false },
      { title: 'worst', shrinks: false },
      { title: 'last', shrinks: false },
    ],
    groups.map((group) => [
      group.source,
      group.resource ?? '',
      group.type.replaceAll('_', ' '),
      countText(group.alerts),
      countText(group.count),
      group.severity,
      momentText(group.latestAt),
    ]),
    options,
  );
}

export function toAlertLines(
  alert: Alert & { readonly notices: readonly ShownNotice[] },
  options: ViewOptions,
): string[] {
  const { style } = options;
  const pairs: readonly (readonly [string, string | undefined])[] = [
    ['state', toStateText(alert)],
    ['source', alert.source],
    ['resource', alert.resource],
    ['type', alert.type.replaceAll('_', ' ')],
    ['operation', alert.operation],
    ['step', alert.step],
    ['item', alert.itemId],
    ['external id', alert.externalId],
    ['organization', alert.organization],
    ['user', alert.user],
    ['times', countText(alert.count)],
    ['first', momentText(alert.createdAt)],
    ['last', momentText(alert.updatedAt)],
    ['details', Object.keys(alert.details).length === 0 ? undefined : JSON.stringify(alert.details)],
  ];
  const known = pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return [
    `${style.bold(`Alert ${alert.id}`)}  ${bySeverity(alert.severity, style)(alert.severity)}`,
    alert.message,
    '',
    ...toPairs(known, { style, indent: '  ' }),
    ...toNoticeLines(alert.notices, options),
  ];
}

function toStateText({ state, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy }: Alert): string {
  if (state === 'resolved')
    return `resolved ${momentText(resolvedAt!)}, ${resolvedBy === undefined ? 'by itself' : `by ${nameOf(resolvedBy)}`}`;
  if (state === 'acknowledged')
    return `acknowledged ${momentText(acknowledgedAt!)} by ${nameOf(acknowledgedBy)}`;
  return 'open';
}

const nameOf = (actor: AlertActor | undefined): string => actor?.name ?? actor?.id ?? 'nobody known';

const bySeverity = (severity: Severity, style: Style): ((text: string) => string) =>
  severity === 'info' ? style.dim : severity === 'warning' ? style.yellow : style.red;

function toNoticeLines(notices: readonly ShownNotice[], options: ViewOptions): readonly string[] {
  if (notices.length === 0) return [];
  return [
    '',
    ...toTable(
      [
        { title: 'told', shrinks: false },
        { title: 'of', shrinks: false },
        { title: 'who' },
        { title: 'route', shrinks: false },
        { title: '' },
      ],
      notices.map(({ sentAt, failedAt, queuedAt, step, number, target, route, says }) => [
        momentText(sentAt ?? failedAt ?? queuedAt),
        number > 1 ? `${step} ${number}` : step,
        target,
        route,
        sentAt !== undefined ? '' : failedAt !== undefined ? `not sent: ${says ?? ''}` : 'on its way',
      ]),
      options,
    ),
  ];
}
