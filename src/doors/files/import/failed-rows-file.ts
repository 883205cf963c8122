// The file of just the failed rows, in the input's own format with the errors beside them: mend it and import it.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { createFailedRowsWriter, type FailedRow } from '../../../engine/formats/failed-rows.js';
import type { RunIssue } from '../../../engine/pipeline/index.js';
import { FailedRowGatherer } from './failed-rows.js';
import type { ImportSettings } from './import-settings.js';

/**
 * Writes the failed rows among the issues, which come page by page in the order of the source. Returns how many; 0 leaves no
 * file.
 */
export async function writeFailedRowsFile(
  settings: Pick<ImportSettings, 'format' | 'formatOptions' | 'source'>,
  pages: AsyncIterable<readonly RunIssue[]>,
  file: string,
): Promise<number> {
  await mkdir(dirname(file), { recursive: true });
  const { columns } = settings.source;
  const writer = createFailedRowsWriter({
    format: settings.format,
    options: settings.formatOptions,
    columns,
  });
  // A half-written file must not pass for the whole, and others may be writing the same one: whoever tells of the run's end has it written.
  const part = `${file}.${randomUUID()}.part`;
  const out = createWriteStream(part, { mode: 0o600 });
  // Told by the next write or by the end; unheard it would end the process.
  out.on('error', () => {});
  const gatherer = new FailedRowGatherer(columns.length);
  let count = 0;
  const write = async (rows: readonly FailedRow[]): Promise<void> => {
    count += rows.length;
    if (rows.length > 0 && !out.write(await writer.rows(rows))) await once(out, 'drain');
  };
  try {
    out.write(await writer.begin());
    for await (const issues of pages) await write(gatherer.take(issues));
    await write(gatherer.finish());
    out.end(await writer.end());
    await finished(out);
    if (count > 0) await rename(part, file);
    else await rm(part);
    return count;
  } catch (error) {
    out.destroy();
    await rm(part, { force: true });
    throw error;
  }
}
