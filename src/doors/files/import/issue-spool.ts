// Every issue of a dry run, on disk: it is no run whose errors the database would keep, and memory is no place for a
// hundred thousand of them.
import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { RunIssue } from '../../../engine/pipeline/index.js';

export interface IssueSpool {
  /** Takes issues of rows behind all that came before. */
  add(issues: readonly RunIssue[]): Promise<void>;
  /** Takes an issue that was found only at the end of the source; these among themselves in its order too. */
  addLate(issue: RunIssue): Promise<void>;
  /** All of them in the order of the source; any number of times, once nothing more is added. */
  list(): AsyncGenerator<RunIssue>;
  remove(): Promise<void>;
}

/** A spool in a folder of its own under `folder`. */
export async function openIssueSpool(folder: string): Promise<IssueSpool> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const own = await mkdtemp(join(folder, 'dry-run-'));
  const parts = { main: openPart(join(own, 'main.ndjson')), late: openPart(join(own, 'late.ndjson')) };
  return {
    async add(issues) {
      for (const issue of [...issues].sort((a, b) => rowOf(a) - rowOf(b))) await parts.main.write(issue);
    },
    addLate: (issue) => parts.late.write(issue),
    async *list() {
      yield* merge(await parts.main.list(), await parts.late.list());
    },
    async remove() {
      await Promise.all([parts.main.close(), parts.late.close()]).catch(() => {});
      await rm(own, { recursive: true, force: true });
    },
  };
}

const rowOf = (issue: RunIssue): number => issue.row ?? 0;

function openPart(path: string) {
  const out: WriteStream = createWriteStream(path, { mode: 0o600 });
  let failure: Error | undefined;
  // A full disk is told to whoever writes next.
  out.on('error', (error) => {
    failure = error;
  });
  const close = async (): Promise<void> => {
    if (!out.writableEnded) out.end();
    if (!out.closed) await finished(out);
  };
  return {
    close,
    async write(issue: RunIssue): Promise<void> {
      if (failure) throw failure;
      if (!out.write(`${JSON.stringify(issue)}\n`)) await once(out, 'drain');
    },
    async list(): Promise<AsyncIterator<RunIssue>> {
      await close();
      return readPart(path);
    },
  };
}

async function* readPart(path: string): AsyncGenerator<RunIssue> {
  const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) yield JSON.parse(line) as RunIssue;
}

async function* merge(a: AsyncIterator<RunIssue>, b: AsyncIterator<RunIssue>): AsyncGenerator<RunIssue> {
  let [left, right] = [await a.next(), await b.next()];
  try {
    while (!left.done || !right.done) {
      if (right.done || (!left.done && rowOf(left.value) <= rowOf(right.value))) {
        yield left.value;
        left = await a.next();
      } else {
        yield right.value;
        right = await b.next();
      }
    }
  } finally {
    // A listing left early closes its files.
    await Promise.all([a.return?.(), b.return?.()]);
  }
}

const PAGE_ISSUES = 1_000;

/** As many at a time as `writeFailedRowsFile` likes to have. */
export async function* inPages(issues: AsyncIterable<RunIssue>): AsyncGenerator<readonly RunIssue[]> {
  let page: RunIssue[] = [];
  for await (const issue of issues) {
    page.push(issue);
    if (page.length < PAGE_ISSUES) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
