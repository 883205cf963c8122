// What sinks say of attempts that failed, and how a call of many messages ends in time: the same for all of them.
import { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { SinkMessage, SinkOutcome } from './sink.js';

const BROKEN_OFF: SinkOutcome = { kind: 'retry', says: 'Broken off.' };
const LONGEST = 1_000;

/** `secrets`: of the settings; they are masked wherever a library put them. */
export function toRetry(error: unknown, secrets: readonly (string | undefined)[] = []): SinkOutcome {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  const text = error instanceof DovetailError ? error.detail : String(message || error);
  return {
    kind: 'retry',
    ...(typeof code === 'string' || typeof code === 'number' ? { status: String(code) } : {}),
    says: hideSecrets(text, secrets).slice(0, LONGEST),
    endpoint: true,
  };
}

export function hideSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  let hidden = text;
  for (const secret of secrets) if (secret) hidden = hidden.replaceAll(secret, '***');
  return hidden;
}

export interface CallLimits {
  readonly signal: AbortSignal;
  readonly seconds: number;
}

/**
 * Sends each message and waits for all of them, but no longer than the limits allow: what isn't known by then is `retry`. `send` may
 * reject; what it says is taken for `retry`.
 */
export async function settleAll(
  messages: readonly SinkMessage[],
  { signal, seconds }: CallLimits,
  send: (message: SinkMessage) => Promise<SinkOutcome>,
  toFailure: (error: unknown) => SinkOutcome = toRetry,
): Promise<readonly SinkOutcome[]> {
  const late: SinkOutcome = {
    kind: 'retry',
    status: 'timeout',
    says: `No answer within ${seconds} s.`,
    endpoint: true,
  };
  const outcomes = await withLimits(
    (known: SinkOutcome[]) =>
      Promise.all(
        messages.map(async (message, i) => {
          known[i] = await send(message).catch(toFailure);
        }),
      ),
    { signal, seconds },
  );
  return messages.map((_, i) => outcomes.known[i] ?? (outcomes.ended === 'aborted' ? BROKEN_OFF : late));
}

/** Waits for the work, or for its limits; `known` is what it noted until then. */
async function withLimits(
  work: (known: SinkOutcome[]) => Promise<unknown>,
  { signal, seconds }: CallLimits,
): Promise<{ readonly known: readonly SinkOutcome[]; readonly ended: 'done' | 'aborted' | 'late' }> {
  const known: SinkOutcome[] = [];
  if (signal.aborted) return { known, ended: 'aborted' };
  let stop = (): void => {};
  let timer: NodeJS.Timeout | undefined;
  try {
    const ended = await Promise.race([
      work(known).then(() => 'done' as const),
      new Promise<'aborted'>((resolve) => {
        stop = () => resolve('aborted');
        signal.addEventListener('abort', stop, { once: true });
      }),
      new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), seconds * 1000);
      }),
    ]);
    return { known: [...known], ended };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
