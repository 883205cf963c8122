// What a receiver's answer means for the message, by Standard Webhooks and RFC 9110.
import type { SinkOutcome } from '../../sink.js';

/** No repetition would change what is wrong with the message: too large, of a type or a content that isn't understood. */
const REFUSALS = new Set([413, 415, 422]);
/** Said of the whole receiver, not of one message. */
const OF_ENDPOINT = new Set([401, 403, 404, 405, 407, 408, 421, 425, 426, 429, 502, 503, 504]);
/** A pause that is asked for is believed up to a day. */
const LONGEST_PAUSE_MS = 86_400_000;

export function toWebhookOutcome(
  status: number,
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
  says: string,
  now: Date,
): SinkOutcome {
  const answer = { status: String(status), ...(says === '' ? {} : { says }) };
  if (status >= 200 && status < 300) return { kind: 'accepted', ...answer };
  // "410 Gone: … the consumer … no longer wishes to receive any messages … disable the endpoint"
  if (status === 410) return { kind: 'gone', ...answer };
  if (REFUSALS.has(status)) return { kind: 'refused', ...answer };
  const afterMs = findPause(headers['retry-after'], now);
  return {
    kind: 'retry',
    ...answer,
    ...(afterMs === undefined ? {} : { afterMs }),
    // A redirect isn't followed: whoever moved a receiver says so to the sender.
    ...(OF_ENDPOINT.has(status) || (status >= 300 && status < 400) || afterMs !== undefined
      ? { endpoint: true as const }
      : {}),
  };
}

/** `Retry-After`: seconds, or a date (RFC 9110, 10.2.3); undefined where it is neither. */
function findPause(value: string | readonly string[] | undefined, now: Date): number | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : readDate(text) - now.getTime();
  return Number.isNaN(ms) ? undefined : Math.min(LONGEST_PAUSE_MS, Math.max(0, ms));
}

/** `Sun, 06 Nov 1994 08:49:37 GMT`; NaN for anything else. */
const readDate = (text: string): number =>
  /^[A-Z][a-z]{2}, .* GMT$/.test(text) ? Date.parse(text) : Number.NaN;
