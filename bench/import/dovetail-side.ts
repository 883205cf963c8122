// Dovetail's side of the benchmark: a child process per import, started ahead.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import type { ImportOutcome, ProductImport } from './import-scenarios.js';

export interface DovetailSide {
  readonly load: ProductImport;
  /** Starts the process for the next import; to be awaited before the clock runs. */
  ready(): Promise<void>;
  close(): void;
}

export function createDovetailSide(
  settings: {
    readonly writers?: number;
    readonly chunkRows?: number;
    readonly mapping?: string;
    readonly undoRows?: number;
  } = {},
): DovetailSide {
  let next: ChildProcess | undefined;
  return {
    async load(databaseUrl, file) {
      const child = next ?? (await startChild());
      next = undefined;
      child.send({ databaseUrl, path: file.path, ...settings });
      const [answer] = (await once(child, 'message')) as [ImportOutcome & { readonly error?: string }];
      if (answer.error) throw new Error(answer.error);
      return answer;
    },
    async ready() {
      next ??= await startChild();
    },
    close: () => next?.kill(),
  };
}

async function startChild(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'dovetail-child.mjs'), { execArgv: [] });
  await once(child, 'message');
  return child;
}

/** Sets up Dovetail's schema in a database that imports will run in. */
export async function prepareDovetail(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, { max: 2 });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
}
