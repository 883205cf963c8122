// Puts the state of tables into the log, as it was when the slot was made: between two marks, so that whoever knows a record that is not
// there learns that it is gone.
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { LogWriter, RunInSession } from '../log/log-writer.js';
import { keepShape } from '../log/table-shape.js';
import type { RelationMessage } from '../pgoutput/pgoutput-message.js';
import { toTuple } from '../pgoutput/tuple-data.js';
import type { WatchedTable } from '../watched.js';
import { createCopyLines } from './copy-lines.js';

export interface SnapshotRooms {
  readonly connection: pg.ClientConfig;
  /** Exported by the slot's creation. */
  readonly snapshot: string;
  readonly tables: readonly WatchedTable[];
  readonly writer: LogWriter;
  /** For what the shapes are kept by. */
  readonly run: RunInSession;
  /** The first place that is free in the transaction that `writer` was told of. */
  readonly ordinal: number;
  readonly signal: AbortSignal;
  readonly onTable: (table: WatchedTable, records: number) => void;
}

/** Bytes that may wait to be written before reading goes on. */
const MOST_WAITING = 1024 * 1024;

/** Reads every table once. Memory is bounded, whatever their size. */
export async function snapshotTables(rooms: SnapshotRooms): Promise<void> {
  const client = new pg.Client({ ...rooms.connection, application_name: 'dovetail_stream' });
  client.on('error', () => {});
  const { blocks } = rooms.writer;
  let ordinal = rooms.ordinal;
  await client.connect();
  try {
    for (const setting of VALUE_SETTINGS) await client.query(setting);
    await client.query('begin isolation level repeatable read read only');
    await client.query(`set transaction snapshot '${rooms.snapshot}'`);
    for (const table of rooms.tables) {
      const relation = await describe(client as Queryable, table);
      if (relation === undefined) continue;
      const shape = await rooms.run((session) => keepShape(session, relation));
      blocks.mark({ kind: 'snapshotBegin', ordinal: ordinal++, table: shape });
      let records = 0;
      const lines = createCopyLines();
      const stream = client.query(copyTo(toCopy(relation)));
      for await (const piece of stream as AsyncIterable<Buffer>) {
        rooms.signal.throwIfAborted();
        lines.take(piece, (values) => {
          const row = { before: undefined, beforeWhole: false, after: toTuple(values) };
          blocks.row({ operation: 'snapshot', ordinal: ordinal++, table: shape, ...row });
          records++;
        });
        if (blocks.waiting > MOST_WAITING) await rooms.writer.flush();
      }
      blocks.mark({ kind: 'snapshotEnd', ordinal: ordinal++, table: shape });
      await rooms.writer.flush();
      rooms.onTable(table, records);
    }
  } finally {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }
}

/** As the replication connection has them. */
const VALUE_SETTINGS = [
  "set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex'; set extra_float_digits = 1",
  "set client_encoding = 'UTF8'; set timezone = 'UTC'",
] as const;

interface DescribedTable extends Omit<RelationMessage, 'kind'> {
  readonly isPartitioned: boolean;
}

/** As the stream would describe it. Undefined where it has gone meanwhile. */
async function describe(db: Queryable, { oid, columns }: WatchedTable): Promise<DescribedTable | undefined> {
  const { rows } = await db.query<DescribedTable & Record<string, unknown>>(
    `select c.oid::int8::float8 as relation, n.nspname::text as schema, c.relname::text as "table", c.relreplident::text as identity,
       c.relkind = 'p' as "isPartitioned",
       (select json_agg(json_build_object('name', a.attname, 'type', a.atttypid::int8, 'modifier', a.atttypmod, 'identity', false)
          order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attname = any ($2)) as columns
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = $1`,
    [oid, columns],
  );
  return rows[0];
}

function toCopy({ schema, table, columns, isPartitioned }: DescribedTable): string {
  const names = columns.map(({ name }) => ident(name)).join(', ');
  // Tables that inherit are published by themselves.
  return `copy (select ${names} from ${isPartitioned ? '' : 'only '}${ident(schema, table)}) to stdout`;
}
