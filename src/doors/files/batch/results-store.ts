// What became of the records of a batch, read in the order of the body.
import Cursor from 'pg-cursor';
import type { Database } from '../../../foundation/postgres/database.js';

export interface RecordResult {
  /** From 1: the how manieth it is, or of a document the place among all its records. */
  readonly place: number;
  readonly entity: string;
  readonly action: 'added' | 'updated' | 'deleted' | 'unchanged';
  /** As the API calls the record; absent where nobody can tell which it became. */
  readonly key?: string;
  readonly lid?: string;
}

interface ResultRow {
  readonly place: string;
  readonly entity: string;
  readonly action: string;
  readonly key: string | null;
  readonly lid: string | null;
}

const ACTIONS = { i: 'added', u: 'updated', d: 'deleted', '=': 'unchanged' } as const;
const CURSOR_ROWS = 2_000;

/** Each record once, read once however many they are; holds a connection until the end. */
export async function* listRecordResults(database: Database, runId: string): AsyncGenerator<RecordResult> {
  const client = await database.pool.connect();
  let failure: Error | undefined;
  // What belongs to a circle of records was written twice; what it was first counts.
  const cursor = client.query(
    new Cursor<ResultRow>(
      `select u.place, u.entity, u.action, u.key, l.lid from (
         select distinct on (u.place) u.place, r.entity, u.action, u.key
         from dovetail.run_results r, unnest(r.places, r.actions, r.keys) as u (place, action, key)
         where r.run_id = $1 order by u.place, r.id) u
       left join dovetail.run_locals l on l.run_id = $1 and l.line = u.place order by u.place`,
      [runId],
    ),
  );
  try {
    for (let rows = await cursor.read(CURSOR_ROWS); rows.length > 0; rows = await cursor.read(CURSOR_ROWS))
      yield* rows.map(toResult);
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    if (failure === undefined) await cursor.close().catch(() => {});
    client.release(failure);
  }
}

const toResult = ({ place, entity, action, key, lid }: ResultRow): RecordResult => ({
  place: Number(place),
  entity,
  action: ACTIONS[action as keyof typeof ACTIONS],
  ...(key === null ? {} : { key }),
  ...(lid === null ? {} : { lid }),
});
