// Every error and warning as a file of its own, one JSON object a line, for whoever reads more than examples.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import type { RunIssue } from '../../../engine/pipeline/index.js';

/** Writes the issues without the cells of their rows. The file appears whole or not at all. Returns how many. */
export async function writeIssuesFile(issues: AsyncIterable<RunIssue>, file: string): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const part = `${file}.part`;
  const out = createWriteStream(part, { mode: 0o600 });
  let count = 0;
  try {
    for await (const issue of issues) {
      const { cells: _, kinds: _kinds, ...shown } = issue;
      count++;
      if (!out.write(`${JSON.stringify(shown)}\n`)) await once(out, 'drain');
    }
    out.end();
    await finished(out);
    await rename(part, file);
    return count;
  } catch (error) {
    out.destroy();
    await rm(part, { force: true });
    throw error;
  }
}
