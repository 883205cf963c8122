// The result of a dry run as JSON with every error and warning in it, however many: they pass from a file to the output
// line by line.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { RunReport } from '../doors/files/import/run-report.js';
import type { CommandContext } from './command-context.js';

const LINES_AT_ONCE = 500;

/** Writes the report as one JSON object, its `issues` last. `dryRun` is given the file to put them into. */
export async function writeDryRun(
  context: Pick<CommandContext, 'out'>,
  dryRun: (issuesTo: string) => Promise<RunReport>,
): Promise<RunReport> {
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-dry-run-'));
  try {
    const file = join(folder, 'issues.ndjson');
    const { issuesFile, ...report } = await dryRun(file);
    context.out.write(`${JSON.stringify(report).slice(0, -1)},"issues":[`);
    let written = 0;
    for await (const line of issuesFile
      ? createInterface({ input: createReadStream(issuesFile.file) })
      : []) {
      context.out.write(`${written === 0 ? '' : ','}\n${line}`);
      // What the reader has not taken yet must not pile up.
      if (++written % LINES_AT_ONCE === 0) await context.out.flush();
      if (context.out.closed.aborted) break;
    }
    context.out.write(']}\n');
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
