// What there is of a run as a file: the rows that failed, in the format of the input, and everything it has to say of rows.
import { Readable } from 'node:stream';
import type { Answer } from '../../response/answer.js';
import type { OwnPlace } from '../own-resource.js';

/** Throws FILES-105 and 107 where there are none. */
export async function downloadFailedRows({ id, services }: OwnPlace): Promise<Answer> {
  const { name, mediaType, bytes } = await services.runs.openFailedRows(id);
  return toDownload(name, mediaType, bytes);
}

/** Of an export that was asked for here. Throws FILES-181. */
export async function downloadExport({ id, caller, services }: OwnPlace): Promise<Answer> {
  const { name, mediaType, bytes } = await services.runs.openExport(id, caller);
  return toDownload(`${id}-${name}`, mediaType, bytes);
}

/** One JSON object a line, in the order of the source; without the cells of the rows, which the failed rows have. */
export async function downloadIssues({ id, services }: OwnPlace): Promise<Answer> {
  const lines = Readable.from(toLines(services.runs.listIssues(id)), { objectMode: false });
  return toDownload(`${id}-issues.ndjson`, 'application/x-ndjson', lines);
}

async function* toLines(issues: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const issue of issues) {
    const { cells: _, kinds: _kinds, ...shown } = issue as Readonly<Record<string, unknown>>;
    yield `${JSON.stringify(shown)}\n`;
  }
}

const toDownload = (name: string, mediaType: string, stream: Readable): Answer => ({
  status: 200,
  headers: { 'content-type': mediaType, 'content-disposition': `attachment; filename="${name}"` },
  stream,
});
