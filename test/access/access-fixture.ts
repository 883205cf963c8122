// What tests of access have at hand: a database set up, a clock that stands still until it is moved, the room over both.
import { type Access, createAccess } from '../../src/engine/access/index.js';
import { type Catalog, createCatalog, type EntityOverrides } from '../../src/engine/catalog/index.js';
import { type Clock, systemClock } from '../../src/foundation/lifecycle/clock.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase } from '../support/test-database.js';

export interface AccessFixture {
  readonly database: Database;
  readonly access: Access;
  readonly clock: Clock & { pass(ms: number): void };
  /** How many statements the room has sent since the last call. */
  countStatements(): number;
  catalog(overrides?: EntityOverrides): Promise<Catalog>;
  /** Another process: the same tables, nothing remembered. */
  another(): Access;
  drop(): Promise<void>;
}

export const START = new Date('2026-11-27T12:00:00Z');

export async function createAccessFixture(ddl = ''): Promise<AccessFixture> {
  const test = await createTestDatabase();
  await migrate(test.database);
  if (ddl !== '') await test.database.query(ddl);
  let now = START.getTime();
  let statements = 0;
  const pass = (ms: number) => {
    now += ms;
  };
  const clock = { ...systemClock, now: () => new Date(now), pass };
  const counted: Database = {
    ...test.database,
    query(text, values) {
      statements++;
      return test.database.query(text, values);
    },
  };
  return {
    database: test.database,
    access: createAccess({ database: counted, clock }),
    clock,
    countStatements() {
      const count = statements;
      statements = 0;
      return count;
    },
    catalog: (overrides) => createCatalog({ database: test.database, overrides }).read(),
    another: () => createAccess({ database: test.database, clock }),
    drop: () => test.drop(),
  };
}
