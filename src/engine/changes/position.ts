// Where in the change stream one is: a value that every consumer keeps for itself and that anything may be compared with.

/**
 * The place of one entry of the stream. Entries of one epoch are ordered by the commit of their transaction, then by their
 * place in it. The epoch rises whenever places stop being comparable: a failover, a restore, a lost slot, another way of capture.
 */
export interface Position {
  readonly epoch: number;
  /** Where the transaction was committed: the LSN in the WAL; with capture by triggers, the number under which it was read. */
  readonly lsn: bigint;
  /** From 1 inside the transaction; 0: before all of it. */
  readonly ordinal: number;
}

/** Before everything there was or will be. */
export const STREAM_START: Position = { epoch: 0, lsn: 0n, ordinal: 0 };

/** Negative where `a` comes first, positive where `b` does, 0 where they are the same place. */
export function comparePositions(a: Position, b: Position): number {
  if (a.epoch !== b.epoch) return a.epoch - b.epoch;
  if (a.lsn !== b.lsn) return a.lsn < b.lsn ? -1 : 1;
  return a.ordinal - b.ordinal;
}

/** As people, URLs and `Last-Event-ID` carry it: `1-00000000016B3748-00000001`. Texts sort as the positions do up to epoch 9. */
export function formatPosition({ epoch, lsn, ordinal }: Position): string {
  const hex = (value: bigint | number, digits: number) =>
    value.toString(16).toUpperCase().padStart(digits, '0');
  return `${epoch}-${hex(lsn, 16)}-${hex(ordinal, 8)}`;
}

const POSITION_TEXT = /^(0|[1-9]\d{0,8})-([0-9A-Fa-f]{1,16})-([0-9A-Fa-f]{1,8})$/;

/** Undefined where the text is no position. */
export function parsePosition(text: string): Position | undefined {
  const match = POSITION_TEXT.exec(text);
  if (match === null) return undefined;
  return { epoch: Number(match[1]), lsn: BigInt(`0x${match[2]}`), ordinal: Number.parseInt(match[3]!, 16) };
}

/** As PostgreSQL writes a `pg_lsn`: `0/16B3748`. */
export function formatLsn(lsn: bigint): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffffffffn).toString(16).toUpperCase()}`;
}

/** The text must be one that PostgreSQL wrote. */
export function parseLsn(text: string): bigint {
  const [high, low] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
}
