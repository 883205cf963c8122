// What tests of rules and hooks have at hand: a database set up for runs, and the write path over rows given as text.
import { createCatalog, type EntityOverride, findEntity } from '../../src/engine/catalog/index.js';
import {
  addCounters,
  type ChunkOutcome,
  type Counters,
  createRun,
  NO_COUNTS,
  type RunIssue,
  toRunIssue,
} from '../../src/engine/pipeline/index.js';
import {
  type ChunkJudgement,
  type HookCircumstances,
  judgeChunk,
  type PostponedPass,
  planWrite,
  resolvePostponed,
  type StagedChunk,
  StageEncoder,
  type Strategy,
  type WritePlan,
  writeChunk,
} from '../../src/engine/records/index.js';
import { Cell, type CellBatch } from '../../src/foundation/cells/cell-batch.js';
import type { Client, Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase } from '../support/test-database.js';

/** A cell: text, null for an explicit NULL, undefined for none at all. */
export type Given = string | null | undefined;

export interface Writing {
  readonly entity: string;
  readonly override?: EntityOverride;
  /** Paths, as `brand.name`. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Given[])[];
  readonly strategy?: Strategy;
  readonly identity?: readonly string[];
  readonly create?: readonly string[];
  readonly empty?: 'leave' | 'null' | 'default';
  readonly circumstances?: HookCircumstances;
  /** Rows in a chunk. Default: all in one. */
  readonly chunkRows?: number;
  readonly runId?: string;
}

export interface Written {
  readonly counters: Counters;
  readonly issues: readonly RunIssue[];
  /** The statements sent, transaction control included. */
  readonly statements: readonly string[];
  readonly plan: WritePlan;
  readonly runId: string;
}

export interface RulesFixture {
  readonly database: Database;
  /** Writes the rows as an import would: chunk by chunk, then what was postponed. */
  write(writing: Writing): Promise<Written>;
  judge(writing: Writing): Promise<ChunkJudgement>;
  rows(sql: string): Promise<readonly unknown[][]>;
  drop(): Promise<void>;
}

export async function createRulesFixture(ddl: string): Promise<RulesFixture> {
  const { database, drop } = await createTestDatabase();
  await migrate(database);
  await database.query(ddl);

  async function prepare(writing: Writing): Promise<{ plan: WritePlan; chunks: readonly StagedChunk[] }> {
    const overrides = writing.override ? { [writing.entity]: writing.override } : {};
    const catalog = await createCatalog({ database, overrides }).read();
    const plan = planWrite({
      catalog,
      entity: findEntity(catalog, writing.entity),
      targets: writing.columns.map((path, column) => ({
        path: path.split('.'),
        source: { column },
        empty: writing.empty ?? 'null',
      })),
      strategy: writing.strategy ?? 'add_or_update',
      origin: { kind: 'import', id: 'test' },
      ...(writing.identity ? { identity: writing.identity } : {}),
      ...(writing.create ? { create: writing.create } : {}),
    });
    const encoder = new StageEncoder(plan, {
      partitions: 1,
      seed: 1,
      chunkRows: writing.chunkRows ?? 1_000_000,
      expectedRows: writing.rows.length,
      committed: [0],
    });
    return { plan, chunks: [...encoder.encode(toBatch(writing)), ...encoder.finish()] };
  }

  return {
    database,
    async write(writing) {
      const { plan, chunks } = await prepare(writing);
      const runId = writing.runId ?? (await createTestRun(database, writing.entity));
      const statements: string[] = [];
      const issues: RunIssue[] = [];
      let counters = NO_COUNTS;
      const take = (outcome: ChunkOutcome): void => {
        counters = addCounters(counters, outcome.counters);
        issues.push(...outcome.issues.map(toRunIssue));
      };
      const inTransaction = <T>(work: (client: Client) => Promise<T>) =>
        database.transaction((client) => work(listenTo(client, statements)));
      for (const chunk of chunks)
        take(await inTransaction((client) => writeChunk(client, plan, chunk, runId, writing.circumstances)));
      for (let last = false; counters.postponed > 0; ) {
        const run = { id: runId, columns: writing.columns };
        const step = { afterRow: 0, limit: 20_000, last };
        const pass: PostponedPass = await inTransaction((client) =>
          resolvePostponed(client, plan, run, step, writing.circumstances),
        );
        take(pass);
        if (last && counters.postponed > 0) throw new Error('a last pass left rows postponed');
        last = pass.settled === 0;
      }
      return { counters, issues, statements, plan, runId };
    },
    async judge(writing) {
      const { plan, chunks } = await prepare(writing);
      return database.transaction((client) =>
        judgeChunk(client, plan, chunks[0]!, { add: 0, update: 100, delete: 0 }, writing.circumstances),
      );
    },
    async rows(sql) {
      return (await database.pool.query({ text: sql, rowMode: 'array' })).rows as unknown[][];
    },
    drop,
  };
}

function createTestRun(database: Database, entity: string): Promise<string> {
  const origin = { kind: 'import', id: 'test' } as const;
  return createRun(database, { kind: 'import', entity, title: 'test', settings: {}, origin });
}

/** The client, noting what is asked of it. */
function listenTo(client: Client, statements: string[]): Client {
  return new Proxy(client, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (name !== 'query') return typeof value === 'function' ? value.bind(target) : value;
      return (query: string | { text: string }, ...rest: unknown[]) => {
        statements.push(typeof query === 'string' ? query : query.text);
        return (value as (...args: unknown[]) => unknown).call(target, query, ...rest);
      };
    },
  });
}

/** The rows as a reader would hand them on: '' is a blank cell. */
function toBatch({ columns, rows }: Writing): CellBatch {
  const cells = rows.flatMap((row) => columns.map((_, i) => row[i]));
  const texts = cells.map((cell) => Buffer.from(cell ?? ''));
  let end = 0;
  const ends = texts.map((text) => {
    end += text.length;
    return end;
  });
  const kindOf = (cell: Given): number =>
    cell === undefined ? Cell.absent : cell === null ? Cell.null : cell === '' ? Cell.empty : Cell.text;
  return {
    columns,
    rows: rows.length,
    firstRow: 1,
    // Line 1 is the header's.
    lines: Uint32Array.from(rows, (_, i) => i + 2),
    bytes: Buffer.concat(texts),
    start: Uint32Array.from(ends, (at, i) => at - texts[i]!.length),
    end: Uint32Array.from(ends),
    kind: Uint8Array.from(cells, kindOf),
    typed: false,
    problems: [],
    sourceBytes: 0,
  };
}
