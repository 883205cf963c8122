// Moments as the WAL counts them: microseconds since 2000-01-01 UTC, and as texts.
import { POSTGRES_EPOCH } from './block-format.js';

/** ISO 8601 with microseconds, UTC. */
export function toIsoTime(committedAt: bigint): string {
  const micros = committedAt + POSTGRES_EPOCH;
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const seconds = new Date(Number((micros - rest) / 1000n)).toISOString().slice(0, 19);
  return `${seconds}.${rest.toString().padStart(6, '0')}Z`;
}

export function toCommitTime(time: Date): bigint {
  return BigInt(time.getTime()) * 1000n - POSTGRES_EPOCH;
}
