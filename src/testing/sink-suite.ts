// The published suite for authors of sinks: holds one to the contract of `doors/subscriptions/sink.ts`.
import assert from 'node:assert/strict';
import type { Sink, SinkMessage, SinkOutcome } from '../doors/subscriptions/sink.js';

/** The other side, as the suite needs it: a place of its own for each call of `SinkStage.open`. */
export interface SinkStage {
  readonly sink: Sink;
  /** Bodies that the other side has for certain, in its order; asked while the sink is open and after it was closed. */
  readStored(): Promise<readonly string[]>;
  /** True where the other side passes over a message whose id it has. */
  readonly knowsRepeats: boolean;
  /** Takes the other side out of reach, and makes it come back; absent where it can't be. */
  readonly leave?: () => Promise<void>;
  readonly comeBack?: () => Promise<void>;
  /** From now on the other side takes nothing and says nothing, over connections that stay; absent where it can't. */
  readonly fallSilent?: () => void;
  /** A message that it refuses for good; absent where there is none. */
  readonly refusable?: SinkMessage;
  /** Most messages of one call, by the manifest. */
  readonly batch: number;
  /** Texts of the settings that are secret. */
  readonly secrets: readonly string[];
  close(): Promise<void>;
}

export interface SinkCase {
  readonly name: string;
  /** Rejects where the sink breaks its contract. */
  readonly check: () => Promise<void>;
}

let made = 0;

/** `id`: default one of its own. */
export function toTestMessage(record: string, body: object, id?: string): SinkMessage {
  const number = ++made;
  return {
    id: id ?? `suite-${process.pid}-${Date.now()}-${number}`,
    type: record === '' ? 'dovetail.stream.gap' : 'dovetail.record.updated',
    record,
    time: '2026-11-28T02:38:25.123456Z',
    position: `1-0000000000001000-${String(number).padStart(8, '0')}`,
    mediaType: 'application/cloudevents+json',
    body: JSON.stringify(body),
  };
}

/** Hand each case to the test runner of your choice. */
export function listSinkCases(open: () => Promise<SinkStage>): readonly SinkCase[] {
  const each = (name: string, work: (stage: SinkStage) => Promise<void>): SinkCase => ({
    name,
    async check() {
      const stage = await open();
      try {
        await work(stage);
      } finally {
        await stage.sink.close();
        await stage.close();
      }
    },
  });
  return [
    each('has what it accepted when it says so', async (stage) => {
      const message = toTestMessage('items/1', { n: 1, text: 'Grüße \u2028 "quoted" \n' });
      assert.deepEqual(await kindsOf(stage, [message]), ['accepted']);
      assert.deepEqual(parse(await stage.readStored()), parse([message.body]));
    }),
    each('has it still after it was closed', async (stage) => {
      const messages = [1, 2, 3].slice(0, stage.batch).map((n) => toTestMessage(`items/${n}`, { n }));
      assert.deepEqual(
        await kindsOf(stage, messages),
        messages.map(() => 'accepted'),
      );
      await stage.sink.close();
      assert.equal((await stage.readStored()).length, messages.length);
    }),
    each('gives an outcome for each message, in their order', async (stage) => {
      const messages = toMany(stage.batch);
      const outcomes = await stage.sink.deliver(messages, new AbortController().signal);
      assert.equal(outcomes.length, messages.length);
      assert.ok(outcomes.every(({ kind }) => kind === 'accepted'));
      assert.equal((await stage.readStored()).length, messages.length);
    }),
    each('keeps the order of a record over calls', async (stage) => {
      for (let n = 0; n < 20; n++) {
        const others = stage.batch > 1 ? [toTestMessage(`others/${n}`, { other: n })] : [];
        const kinds = await kindsOf(stage, [toTestMessage('items/1', { n }), ...others]);
        assert.ok(kinds.every((kind) => kind === 'accepted'));
      }
      const stored = parse(await stage.readStored()) as { n?: number }[];
      const order = stored.flatMap(({ n }) => (n === undefined ? [] : [n]));
      assert.deepEqual(order, [...Array(20).keys()]);
    }),
    each('takes what is about no single record', async (stage) => {
      assert.deepEqual(await kindsOf(stage, [toTestMessage('', { gap: true })]), ['accepted']);
    }),
    each('accepts a repeated message, under the id it had', async (stage) => {
      const message = toTestMessage('items/1', { n: 1 });
      assert.deepEqual(await kindsOf(stage, [message]), ['accepted']);
      assert.deepEqual(await kindsOf(stage, [message]), ['accepted']);
      assert.equal((await stage.readStored()).length, stage.knowsRepeats ? 1 : 2);
    }),
    each(
      'ends at once when it is told to, and says of nothing unknown that it was accepted',
      async (stage) => {
        const abort = new AbortController();
        abort.abort();
        const began = Date.now();
        const messages = toMany(stage.batch);
        const kinds = (await stage.sink.deliver(messages, abort.signal)).map(({ kind }) => kind);
        assert.ok(Date.now() - began < 1_000);
        assert.ok(kinds.filter((kind) => kind === 'accepted').length <= (await stage.readStored()).length);
        assert.ok(kinds.every((kind) => kind === 'accepted' || kind === 'retry'));
      },
    ),
    each('ends at once in the middle of a call too, while the other side says nothing', async (stage) => {
      if (stage.fallSilent === undefined) return;
      assert.deepEqual(await kindsOf(stage, [toTestMessage('items/1', { n: 1 })]), ['accepted']);
      stage.fallSilent();
      const abort = new AbortController();
      const call = stage.sink.deliver([toTestMessage('items/1', { n: 2 })], abort.signal);
      setTimeout(() => abort.abort(), 20);
      const began = Date.now();
      assert.equal((await call)[0]!.kind, 'retry');
      await stage.sink.close();
      assert.ok(Date.now() - began < 3_000, 'the call or the end waited for the other side');
    }),
    each('tells a refusal for good from a trouble that passes', async (stage) => {
      if (stage.refusable === undefined) return;
      const outcome = (await stage.sink.deliver([stage.refusable], new AbortController().signal))[0]!;
      assert.equal(outcome.kind, 'refused', outcome.says);
      assert.deepEqual(await kindsOf(stage, [toTestMessage('items/1', { n: 1 })]), ['accepted']);
    }),
    each(
      'says "try again" while the other side is away, loses nothing, and tells no secret',
      async (stage) => {
        if (stage.leave === undefined || stage.comeBack === undefined) return;
        const signal = new AbortController().signal;
        const [first, second] = [toTestMessage('items/1', { n: 1 }), toTestMessage('items/1', { n: 2 })];
        assert.deepEqual(await kindsOf(stage, [first]), ['accepted']);
        await stage.leave();
        const away: SinkOutcome = (await stage.sink.deliver([second], signal))[0]!;
        assert.equal(away.kind, 'retry');
        assert.equal(away.endpoint, true);
        assert.ok((away.says ?? '') !== '');
        const told = JSON.stringify(away);
        for (const secret of stage.secrets) assert.ok(!told.includes(secret), 'a secret is told');
        await stage.comeBack();
        // What was under way when it left may need a moment to be noticed; each attempt says so.
        for (let n = 0; (await kindsOf(stage, [second]))[0] !== 'accepted'; n++) assert.ok(n < 50);
        const stored = (parse(await stage.readStored()) as { n: number }[]).map(({ n }) => n);
        assert.deepEqual([...new Set(stored)], [1, 2]);
      },
    ),
    each('is closed without a word where nothing was delivered, and closed twice', async (stage) => {
      await stage.sink.close();
      await stage.sink.close();
    }),
  ];
}

const toMany = (count: number): readonly SinkMessage[] =>
  Array.from({ length: Math.min(count, 100) }, (_, n) => toTestMessage(`items/${n}`, { n }));

const kindsOf = async ({ sink }: SinkStage, messages: readonly SinkMessage[]) =>
  (await sink.deliver(messages, new AbortController().signal)).map(({ kind }) => kind);

const parse = (bodies: readonly string[]): readonly unknown[] => bodies.map((body) => JSON.parse(body));
