// The signing secrets of a webhook: the newest first, older ones with the moment they end at, so that a receiver can change over in peace.
import { findSecretBytes } from '../../../../foundation/http/webhook-signature.js';

interface WebhookSecret {
  readonly bytes: Buffer;
  /** Absent: until it is rotated. */
  readonly until?: Date;
}

/** More than one change-over at once is a mistake, three are a mess. */
const MOST = 3;
const BYTES = 32;

/** `whsec_…`, or `whsec_… until 2026-12-01T00:00:00.000Z`; undefined if it is none. */
export function findSecret(text: string): WebhookSecret | undefined {
  const [secret = '', until, ...rest] = text.split(' until ');
  const bytes = findSecretBytes(secret);
  const end = until === undefined ? undefined : new Date(until);
  if (bytes === undefined || rest.length > 0 || Number.isNaN(end?.getTime())) return undefined;
  return end === undefined ? { bytes } : { bytes, until: end };
}

/** What signs at the moment. */
export function listSigning(secrets: readonly string[], now: Date): readonly Buffer[] {
  return secrets
    .flatMap((text) => findSecret(text) ?? [])
    .filter(({ until }) => until === undefined || until > now)
    .map(({ bytes }) => bytes);
}

export const makeSecret = (random: (size: number) => Buffer): string =>
  `whsec_${random(BYTES).toString('base64')}`;

/** The list with `made` in front, and an end for those that had none. */
export function addSecret(
  secrets: readonly string[],
  made: string,
  { now, oldUntil }: { readonly now: Date; readonly oldUntil: Date },
): readonly string[] {
  const old = secrets
    .filter((text) => (findSecret(text)?.until ?? oldUntil) > now)
    .map((text) => (text.includes(' until ') ? text : `${text} until ${oldUntil.toISOString()}`));
  return [made, ...old].slice(0, MOST);
}
