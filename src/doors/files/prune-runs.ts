// Retention: what is older than the configuration says goes, in steps, by a daily job or by hand.
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { countOldIssues, countOldRuns, removeOldIssues, removeOldRuns } from '../../engine/pipeline/index.js';
import { forgetExpired } from '../../engine/records/index.js';
import type { StoredFile } from '../../engine/storage/storage.js';
import type { Kept } from '../../foundation/config/retention.js';
import type { Database } from '../../foundation/postgres/database.js';
import type { RunFiles } from './run-files/run-files.js';

export interface PruneReport {
  readonly dryRun: boolean;
  readonly runs: number;
  readonly issues: number;
  readonly firings: number;
  /** Of failed rows and spooled sources. */
  readonly files: number;
  readonly bytes: number;
}

const STEP = 1_000;

/** Removes (or only counts) what is older than it may be at `now`. Runs that are queued or under way stay, whatever their age. */
export async function pruneRuns(
  rooms: {
    readonly database: Database;
    readonly dataFolder: string;
    readonly runFiles: RunFiles;
    readonly kept: Kept;
    readonly now: Date;
  },
  dryRun: boolean,
  signal: AbortSignal,
): Promise<PruneReport> {
  const { database, kept, now } = rooms;
  const before = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const inSteps = async (step: () => Promise<number>): Promise<number> => {
    let sum = 0;
    for (let removed = STEP; removed === STEP; sum += removed) {
      signal.throwIfAborted();
      removed = await step();
    }
    return sum;
  };
  let [runs, issues, firings] = [0, 0, 0];
  if (kept.errors !== undefined) {
    const moment = before(kept.errors);
    issues = dryRun
      ? await countOldIssues(database, moment)
      : await inSteps(() => removeOldIssues(database, moment, STEP));
  }
  if (!dryRun) await forgetExpired(database, kept.undo);
  if (kept.runs !== undefined) {
    const moment = before(kept.runs);
    runs = dryRun
      ? await countOldRuns(database, moment)
      : await inSteps(async () => (await removeOldRuns(database, moment, STEP)).length);
  }
  if (kept.firings !== undefined) firings = await pruneFirings(database, before(kept.firings), dryRun);
  const files = await pruneFiles(rooms, before(kept.files), dryRun);
  return { dryRun, runs, issues, firings, ...files };
}

async function pruneFirings(database: Database, before: Date, dryRun: boolean): Promise<number> {
  const old = 'from dovetail.schedule_firings where ended_at < $1';
  const { rows } = await database.query<{ count: string }>(
    dryRun
      ? `select count(*) as count ${old}`
      : `with gone as (delete ${old} returning 1) select count(*) as count from gone`,
    [before],
  );
  return Number(rows[0]!.count);
}

/** Files of failed rows, and copies of sources that no run still waits for. */
async function pruneFiles(
  {
    database,
    dataFolder,
    runFiles,
  }: { readonly database: Database; readonly dataFolder: string; readonly runFiles: RunFiles },
  before: Date,
  dryRun: boolean,
): Promise<{ readonly files: number; readonly bytes: number }> {
  // Of a stopped run the copy is what it resumes from: it goes when the run does, or when it is as old as that.
  const { rows } = await database.query<{ path: string | null }>(
    `select unnest(array[coalesce(settings->'source'->'stored'->>'path', settings->'source'->>'path'),
       settings->'source'->'archive'->>'path', settings->'source'->'archive'->'stored'->>'path']
       || array(select coalesce(leg->'source'->'stored'->>'path', leg->'source'->>'path')
         from jsonb_array_elements(settings->'batch'->'legs') as leg)) as path from dovetail.runs
     where state in ('queued', 'running') and (settings->'source'->>'spooled')::boolean`,
  );
  // Names of copies are made by chance: they are the same here, in the storage, and on other machines.
  const needed = new Set(rows.map((row) => basename(row.path ?? '')));
  let [files, bytes] = [0, 0];
  for (const folder of ['runs', 'spool']) {
    for (const name of await readdir(join(dataFolder, folder)).catch(() => [])) {
      const path = join(dataFolder, folder, name);
      const about = await stat(path).catch(() => undefined);
      if (about?.isFile() !== true || about.mtime >= before || needed.has(name)) continue;
      if (!dryRun) await rm(path, { force: true });
      files++;
      bytes += about.size;
    }
  }
  const old: StoredFile[] = [];
  for await (const file of runFiles.listOlder(before)) if (!needed.has(basename(file.path))) old.push(file);
  for (const { path, size } of old) {
    if (!dryRun) await runFiles.remove(path);
    files++;
    bytes += size;
  }
  return { files, bytes };
}
