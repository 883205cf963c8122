// What a batch became, as files: a line of JSON for each of its records, in the order of the body, or for each of its errors.
import { Readable } from 'node:stream';
import { toResourceShapes } from '../../../../engine/documents/index.js';
import { listOutcomes, type Places, toErrorLine, toPlaces } from '../../batch/result-lines.js';
import type { Answer } from '../../response/answer.js';
import type { DownloadPlace } from '../own-resource.js';

/** What became of each record, with the errors of those that failed. */
export async function downloadResults(at: DownloadPlace): Promise<Answer> {
  const { batches } = at.services;
  const lines = listOutcomes(await readPlaces(at), batches.listResults(at.id), batches.listIssues(at.id));
  return toDownload(`${at.id}-results.ndjson`, lines);
}

/** Every error and warning, as an error object of JSON:API. */
export async function downloadErrors(at: DownloadPlace): Promise<Answer> {
  const places = await readPlaces(at);
  const issues = at.services.batches.listIssues(at.id);
  return toDownload(
    `${at.id}-errors.ndjson`,
    (async function* () {
      for await (const issue of issues) yield toErrorLine(places, issue);
    })(),
  );
}

const readPlaces = async ({ id, services, readEntities }: DownloadPlace): Promise<Places> =>
  toPlaces(await services.batches.readRun(id), toResourceShapes(await readEntities()));

const toDownload = (name: string, lines: AsyncIterable<object>): Answer => ({
  status: 200,
  headers: {
    'content-type': 'application/x-ndjson',
    'content-disposition': `attachment; filename="${name}"`,
  },
  stream: Readable.from(toText(lines), { objectMode: false }),
});

const LINES = 500;

async function* toText(objects: AsyncIterable<object>): AsyncGenerator<string> {
  let lines: string[] = [];
  for await (const object of objects) {
    if (lines.push(JSON.stringify(object)) < LINES) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}
