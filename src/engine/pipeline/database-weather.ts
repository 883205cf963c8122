// Which database errors pass by themselves: the only place that sorts SQLSTATEs and socket errors.

/** `conflict`: do the transaction again at once. `outage`: the server or the way to it is gone; again once it is back. */
export type Weather = 'conflict' | 'outage' | 'none';

const OUTAGE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT', // the Unix socket is missing while the server is down
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '53300', // too_many_connections
]);

export function databaseWeather(error: unknown): Weather {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === '40001' || code === '40P01') return 'conflict';
  if (typeof code === 'string' && (OUTAGE_CODES.has(code) || code.startsWith('08'))) return 'outage';
  // pg reports a connection that ended under a query by message only.
  if (
    typeof message === 'string' &&
    /Connection terminated|not queryable|Client has encountered a connection error/.test(message)
  ) {
    return 'outage';
  }
  return 'none';
}
