// The page of sinks: what each is set by, as its manifest says, and what it was proven against, which the tests hold.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SINKS } from '../../../src/doors/subscriptions/sinks/index.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

const TESTS = join(import.meta.dirname, '..', '..');

/** By which test, and against what. A sink without a line is 'not proven'. */
const PROOFS: Readonly<Record<string, { readonly against: string; readonly test: string }>> = {
  webhook: {
    against: 'receivers of the tests, and the vectors of Standard Webhooks',
    test: 'sinks/webhook-sink.test.ts',
  },
  file: { against: 'the file system of Linux', test: 'sinks/file-sink.test.ts' },
  nats: { against: 'NATS server 2.9 with JetStream', test: 'sinks/nats-sink.test.ts' },
  rabbitmq: { against: 'RabbitMQ 3.10', test: 'sinks/rabbitmq-sink.test.ts' },
};

const ORDERS: Readonly<Record<string, string>> = {
  webhook: 'Requests about one record come one after the other.',
  file: 'Lines are in the order of the stream, but for what had to be sent again.',
  nats: 'One stream has the order in which messages were published; subjects are `SUBJECT.TYPE`, so that a consumer of a type has its records in order. A repeated message has the id it had (`Nats-Msg-Id`): within its duplicate window the stream passes over it.',
  kafka:
    'A record is the key of its messages, so that one partition has its changes in order; a repeated message has the id it had, as a header.',
  rabbitmq:
    'All messages go through one channel, so a queue has them in order; with several consumers of a queue, a record is in order only by what they do. A repeated message has the `message-id` it had.',
};

/** Throws for a sink that a line speaks of and that isn't there, and for a proof that no test gives. */
export function toSinkPage(): string {
  const names = SINKS.map(({ name }) => name);
  for (const [name, { test }] of Object.entries(PROOFS)) {
    if (!names.includes(name)) throw new Error(`There is no sink ${name}.`);
    const text = readFileSync(join(TESTS, test), 'utf8');
    if (!text.includes('listSinkCases(')) throw new Error(`${test} proves nothing.`);
  }
  return toPage('Sinks', [
    'Where the changes of a subscription go. Every sink tells a change at least once, in order for each record: while one is tried',
    'again, later ones of its record wait. What is accepted is durable on the other side.',
    '',
    ...toMarkdownTable(
      ['sink', 'what it is', 'proven against', 'order'],
      SINKS.map(({ name, says }) => [
        `[${name}](#${name})`,
        says,
        PROOFS[name]?.against ?? 'not proven',
        ORDERS[name] ?? '',
      ]),
    ),
    '',
    'Addresses that are not public are refused, but for those that `allowAddresses` names; folders lie under those that `folders` names.',
    ...SINKS.flatMap(({ name, settings }) => [
      '',
      `## ${name}`,
      '',
      ...toMarkdownTable(
        ['setting', 'meaning', 'default'],
        Object.entries(settings).map(([setting, { says, required, secret, default: otherwise }]) => [
          code(setting),
          `${says}${secret ? ' Secret: kept sealed, never shown.' : ''}`,
          required ? 'required' : otherwise === undefined ? '' : code(String(otherwise)),
        ]),
      ),
    ]),
  ]);
}
