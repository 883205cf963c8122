// Loads a plain-text dump as psql would, without psql: the embedded PostgreSQL brings none.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { splitDump } from './dump-splitter.js';
import { findSamples } from './samples.js';
import type { TestDatabase } from './test-database.js';

/** The sample databases, by name, with their files below the samples folder. */
export const SAMPLE_DUMPS = {
  northwind: 'postgres/northwind/northwind.sql',
  pagila: 'postgres/pagila/pagila.sql',
  ledgersmb: 'postgres/ledgersmb/Pg-database.sql',
} as const;
export type SampleDump = keyof typeof SAMPLE_DUMPS;

/** Loads a sample dump into a database. Throws where there are no samples: ask `findSamples()` first. */
export async function loadSample(into: Pick<TestDatabase, 'url'>, name: SampleDump): Promise<void> {
  const samples = findSamples();
  if (samples === undefined) throw new Error('No sample files on this machine.');
  await loadDump(into.url, join(samples, SAMPLE_DUMPS[name]));
}

/**
 * Runs a dump on a connection of its own: SQL, and `copy … from stdin` with its data. Meta-commands of psql are
 * passed over, and so are statements that give objects to roles this server may not have.
 */
export async function loadDump(url: string, file: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    for (const part of splitDump(await readFile(file, 'utf8'))) {
      if (part.data === undefined) {
        await client.query(part.sql);
      } else {
        const stream = client.query(copyFrom(part.sql));
        const finished = once(stream, 'finish');
        stream.end(part.data);
        await finished;
      }
    }
  } finally {
    await client.end();
  }
}
