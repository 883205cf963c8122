// A reading statement that ends early: when nobody waits for its rows any more, or when they are more than anybody may ask for. What came
// so far is then let go of, the server is told, and the connection is closed, so that no later statement is hit by what was meant for this one.
import pg from 'pg';
import { cancelStatement } from './cancel-statement.js';
import type { Database } from './database.js';
import { postgresError } from './postgres-errors.js';

export interface ReadBounds {
  /** Aborted when nobody waits for the answer any more. */
  readonly gone?: AbortSignal | undefined;
  /** Bytes of all rows together, as they come from the server. */
  readonly mostBytes: number;
}

type Done<R extends pg.QueryResultRow> = (error: Error | undefined, result: pg.QueryResult<R>) => void;

interface RowMessage {
  readonly length: number;
}

/** What `pg`'s query is made of, as its own cursor and streams rely on it too. */
const Query = pg.Query as unknown as new (
  config: pg.QueryConfig,
  values: undefined,
  done: Done<never>,
) => pg.Submittable & { handleDataRow(message: RowMessage): void };

class BoundedQuery extends Query {
  bytes = 0;
  readonly #most: number;
  readonly #onMore: () => void;

  constructor(config: pg.QueryConfig, most: number, onMore: () => void, done: Done<never>) {
    super(config, undefined, done);
    this.#most = most;
    this.#onMore = onMore;
  }

  override handleDataRow(message: RowMessage): void {
    const before = this.bytes;
    this.bytes += message.length;
    if (this.bytes <= this.#most) super.handleDataRow(message);
    else if (before <= this.#most) this.#onMore();
  }
}

/** Throws POSTGRES-401 for more than may be, query_canceled (57014) where nobody waits any more. */
export async function readBounded<R extends pg.QueryResultRow>(
  database: Database,
  config: pg.QueryConfig,
  { gone, mostBytes }: ReadBounds,
): Promise<pg.QueryResult<R>> {
  const client = await database.pool.connect();
  let cancelling: Promise<void> | undefined;
  let broken: Error | undefined;
  let tooMany = false;
  const cancel = (): void => {
    cancelling ??= cancelStatement(client);
  };
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  gone?.addEventListener('abort', cancel);
  try {
    if (gone?.aborted) throw Object.assign(new Error('Nobody waits for it.'), { code: '57014' });
    return await new Promise<pg.QueryResult<R>>((resolve, reject) => {
      const onMore = (): void => {
        tooMany = true;
        cancel();
      };
      client.query(
        new BoundedQuery(config, mostBytes, onMore, (error, result) => {
          if (tooMany) reject(postgresError(401, { detail: `The rows are more than ${mostBytes} bytes.` }));
          else if (error) reject(error);
          else resolve(result);
        }),
      );
    });
  } finally {
    gone?.removeEventListener('abort', cancel);
    await cancelling;
    client.off('error', onError);
    client.release(broken ?? cancelling !== undefined);
  }
}
