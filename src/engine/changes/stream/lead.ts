// Who may write the log: one process for each database. The lead is a lock of the very session that writes, so that whoever has lost the
// one has lost the other, and nothing is left to be checked.
import pg from 'pg';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RunInSession } from '../log/log-writer.js';

export interface Lead {
  /** Runs in the leading session. Fails once the lead is lost. */
  readonly run: RunInSession;
  /** Aborted when the session has gone, and with it the lead. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export interface LeadRooms {
  readonly connection: pg.ClientConfig;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told once where another process leads. */
  readonly onStandby: () => void;
}

/** A standby looks so often whether it is its turn, in milliseconds: so long a takeover takes. */
const LOOK_MS = 500;
/** The leading session shows that it is alive so often. */
const BEAT_MS = 4_000;
/** Seconds of silence after which a leader is one that was paused or cut off, and is ended. */
const SILENT_SECONDS = 15;

const LOCK = `hashtextextended('dovetail.changes', 0)`;

/** Waits until this process leads. Undefined once `signal` is aborted; throws what the connection throws. */
export async function takeLead(rooms: LeadRooms): Promise<Lead | undefined> {
  const { clock, signal } = rooms;
  const client = new pg.Client({
    ...rooms.connection,
    application_name: 'dovetail_stream',
    keepAlive: true,
  });
  const lost = new AbortController();
  client.on('error', () => lost.abort());
  client.on('end', () => lost.abort());
  try {
    await client.connect();
    // Where the other machine dies without a word.
    await client.query(
      'set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3',
    );
    for (let looks = 0; !signal.aborted; looks++) {
      const { rows } = await client.query<{ got: boolean }>(`select pg_try_advisory_lock(${LOCK}) as got`);
      if (rows[0]!.got) return toLead(client, lost, clock);
      if (looks === 0) rooms.onStandby();
      await endSilentLeader(client as Queryable);
      await clock.sleep(LOOK_MS, signal);
    }
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  await client.end().catch(() => {});
  return undefined;
}

function toLead(client: pg.Client, lost: AbortController, clock: Clock): Lead {
  let last: Promise<unknown> = Promise.resolve();
  const run: RunInSession = (work) => {
    const done = last.then(() => work(client as Queryable));
    last = done.catch(() => {});
    return done;
  };
  let isBeating = false;
  const stopBeating = clock.every(BEAT_MS, () => {
    if (isBeating || lost.signal.aborted) return;
    isBeating = true;
    void run((session) => session.query('select'))
      .catch(() => lost.abort())
      .finally(() => {
        isBeating = false;
      });
  });
  return {
    run,
    lost: lost.signal,
    async release() {
      stopBeating();
      await last;
      client.removeAllListeners('end');
      await client.end().catch(() => {});
    },
  };
}

/** A process that was stopped, or a machine that was cut off, holds its lock for as long as its session lives. */
async function endSilentLeader(db: Queryable): Promise<void> {
  await db.query(
    `select pg_terminate_backend(a.pid)
     from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::int8 << 32 | l.objid::int8) = ${LOCK}
       and a.state like 'idle%' and a.state_change < now() - make_interval(secs => $1)`,
    [SILENT_SECONDS],
  );
}
