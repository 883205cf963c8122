// Subscriptions and deliveries, for people and for scripts.
import type { Delivery } from '../../doors/subscriptions/store/delivery-log.js';
import type { Subscription } from '../../doors/subscriptions/subscription.js';
import { formatPosition } from '../../engine/changes/index.js';
import { momentText } from '../terminal/number-text.js';
import { toPairs, toTable } from '../terminal/terminal-table.js';
import type { ViewOptions } from './view-options.js';

export const toSubscriptionDocument = ({ position, ...subscription }: Subscription) => ({
  ...subscription,
  position: formatPosition(position),
});

const entitiesOf = ({ wants }: Subscription): string => wants.map(({ entity }) => entity).join(', ');

const stateOf = ({ state, failingSince }: Subscription): string =>
  state === 'active' && failingSince !== undefined ? 'failing' : state;

export function toSubscriptionListLines(found: readonly Subscription[], options: ViewOptions): string[] {
  if (found.length === 0)
    return ['No subscriptions. `dovetail subscriptions create --help` shows how to make one.'];
  return toTable(
    [
      { title: 'subscription', shrinks: false },
      { title: 'state', shrinks: false },
      { title: 'sink', shrinks: false },
      { title: 'delivered', align: 'right', shrinks: false },
      { title: 'waiting', align: 'right', shrinks: false },
      { title: 'given up', align: 'right', shrinks: false },
      { title: 'entities' },
    ],
    found.map((one) => [
      one.name,
      stateOf(one),
      `${one.sink} ${one.endpoint}`,
      String(one.delivered),
      String(one.waiting),
      String(one.givenUp),
      entitiesOf(one),
    ]),
    options,
  );
}

export function toSubscriptionLines(one: Subscription, { style }: ViewOptions): string[] {
  const pairs: (readonly [string, string])[] = [
    ['state', one.reason === undefined ? stateOf(one) : `${one.state}: ${one.reason}`],
    ['to', `${one.sink} ${one.endpoint}`],
    ['tells', `${one.form}, ${one.mode === 'every' ? 'every change' : 'the last of what waits'}`],
    ...one.wants.map(({ entity, operations, fields, where }): readonly [string, string] => [
      'of',
      [
        entity,
        ...(operations === undefined ? [] : [`only ${operations.join(', ')}`]),
        ...(fields === undefined ? [] : [`only ${fields.join(', ')}`]),
        ...(where === undefined ? [] : [`where ${where}`]),
      ].join('; '),
    ]),
    ['sees', one.owner.kind === 'program' ? 'everything' : `what ${one.owner.kind} ${one.owner.id} sees`],
    ['position', formatPosition(one.position)],
    ['delivered', `${one.delivered}${one.deliveredAt ? `, last ${momentText(one.deliveredAt)}` : ''}`],
    ['waiting', String(one.waiting)],
    ['given up', String(one.givenUp)],
  ];
  if (one.failingSince !== undefined) pairs.push(['failing', `since ${momentText(one.failingSince)}`]);
  return [style.bold(one.name), ...toPairs(pairs, { style, indent: '  ' })];
}

export function toDeliveryListLines(found: readonly Delivery[], options: ViewOptions): string[] {
  if (found.length === 0) return ['No deliveries.'];
  return toTable(
    [
      { title: 'delivery', shrinks: false },
      { title: 'at', shrinks: false },
      { title: 'subscription', shrinks: false },
      { title: 'outcome', shrinks: false },
      { title: 'attempt', align: 'right', shrinks: false },
      { title: 'record' },
      { title: 'answer' },
    ],
    found.map((one) => [
      one.id,
      momentText(one.at),
      one.subscription,
      one.outcome,
      one.attempt === 0 ? '' : String(one.attempt),
      `${one.type.replace(/^dovetail\.(record\.)?/, '')} ${one.record}`,
      [one.status, one.says].filter((part) => part !== undefined).join(': '),
    ]),
    options,
  );
}

export function toDeliveryLines(one: Delivery, { style }: ViewOptions): string[] {
  return [
    style.bold(`Delivery ${one.id}`),
    ...toPairs(
      [
        ['subscription', one.subscription],
        ['message', `${one.messageId} (${one.type})`],
        ['record', one.record],
        ['outcome', `${one.outcome}, attempt ${one.attempt}, ${one.tookMs} ms, ${momentText(one.at)}`],
        ['answer', [one.status, one.says].filter((part) => part !== undefined).join(': ')],
        ['request', one.request],
      ],
      { style, indent: '  ' },
    ),
  ];
}
