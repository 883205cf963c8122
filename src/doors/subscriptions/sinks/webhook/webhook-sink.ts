// One subscription's POSTs: signed, through the address guard, over connections that are kept.
import { createHash } from 'node:crypto';
import { DovetailError } from '../../../../foundation/errors/dovetail-error.js';
import { createGuardedAgents } from '../../../../foundation/http/guarded-connections.js';
import { type GuardedAnswer, requestGuarded } from '../../../../foundation/http/guarded-request.js';
import { toSignedHeaders } from '../../../../foundation/http/webhook-signature.js';
import type { Sink, SinkMessage, SinkOutcome, SinkRooms } from '../../sink.js';
import { toWebhookOutcome } from './webhook-answer.js';
import { listSigning } from './webhook-secrets.js';
import type { WebhookSettings } from './webhook-settings.js';

/** Of an answer only its beginning is looked at. */
const MOST_ANSWER_BYTES = 1_000;

export function createWebhookSink(settings: WebhookSettings, { clock, allow }: SinkRooms): Sink {
  const agents = createGuardedAgents(allow);
  const own = Object.fromEntries(
    (settings.headers ?? []).map((header) => {
      const at = header.indexOf(':');
      return [header.slice(0, at).toLowerCase(), header.slice(at + 1).trim()];
    }),
  );
  const timeoutMs = settings.timeoutSeconds * 1000;

  async function post(
    id: string,
    mediaType: string,
    body: string,
    signal: AbortSignal,
  ): Promise<SinkOutcome> {
    const now = clock.now();
    const signed = toSignedHeaders(listSigning(settings.secrets ?? [], now), { id, at: now, body });
    // From the first byte to the last: a receiver that sends a byte now and then would hold the request for ever.
    const whole = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const answer = await requestGuarded({
        method: 'POST',
        url: settings.url,
        headers: { ...own, 'content-type': mediaType, ...signed },
        body,
        allow,
        agents,
        signal: whole,
        timeoutMs,
      });
      return toWebhookOutcome(answer.status, answer.headers, await readBeginning(answer), now);
    } catch (error) {
      return toFailure(error, signal, settings.timeoutSeconds);
    }
  }

  return {
    async deliver(messages, signal) {
      const first = messages[0]!;
      if (settings.batch === 1 && messages.length === 1)
        return [await post(first.id, first.mediaType, first.body, signal)];
      const body = `[${messages.map((message) => message.body).join(',')}]`;
      const outcome = await post(toBatchId(messages), 'application/cloudevents-batch+json', body, signal);
      return messages.map(() => outcome);
    },
    async close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

/** The same for the same messages. */
function toBatchId(messages: readonly SinkMessage[]): string {
  const digest = createHash('sha256').update(messages.map(({ id }) => id).join(' '));
  return `batch_${digest.digest('hex').slice(0, 32)}`;
}

/** An answer that is larger is cut off, together with its connection. */
async function readBeginning({ body }: GuardedAnswer): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > MOST_ANSWER_BYTES) break;
  }
  return Buffer.concat(parts).toString('utf8').slice(0, MOST_ANSWER_BYTES);
}

function toFailure(error: unknown, signal: AbortSignal, seconds: number): SinkOutcome {
  if (signal.aborted) return { kind: 'retry', says: 'Broken off.' };
  const { name, code } = error as { readonly name?: string; readonly code?: string };
  if (name === 'TimeoutError' || name === 'AbortError')
    return { kind: 'retry', status: 'timeout', says: `No answer within ${seconds} s.`, endpoint: true };
  const says = error instanceof DovetailError ? error.detail : String((error as Error).message ?? error);
  return {
    kind: 'retry',
    ...(code === undefined ? {} : { status: code }),
    says: says.slice(0, 1_000),
    endpoint: true,
  };
}
