// What a batch became, as files to be fetched: `…/runs/17/results` and `…/runs/17/errors`, a line of JSON for each.
import { Readable } from 'node:stream';
import { apiError } from '../api-errors.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Answer } from '../response/answer.js';
import { listOutcomes, type Places, toErrorLine, toPlaces } from './result-lines.js';

const PATH = /^\/dovetail\/runs\/(\d{1,18})\/(results|errors)$/;

export const isResultPath = (path: string): boolean => PATH.test(path);

/** Throws API-106 for anything but a fetch, PIPELINE-101 for a run of others. */
export async function answerResults(request: ApiRequest): Promise<Answer> {
  const { path, method, caller, batches, shapes } = request;
  const [, run = '', kind] = PATH.exec(path)!;
  if (batches === undefined || !['GET', 'HEAD'].includes(method)) {
    throw apiError(106, { detail: `${method} is not possible here.`, hint: 'Possible are GET, HEAD.' });
  }
  const places = toPlaces(await batches.readRun(run, caller), shapes);
  const headers = { 'content-type': 'application/x-ndjson' };
  if (method === 'HEAD') return { status: 200, headers };
  const issues = batches.listIssues(run, caller);
  const lines =
    kind === 'errors'
      ? toErrors(places, issues)
      : listOutcomes(places, batches.listResults(run, caller), issues);
  return { status: 200, headers, stream: Readable.from(toText(lines), { objectMode: false }) };
}

async function* toErrors(
  places: Places,
  issues: AsyncIterable<Parameters<typeof toErrorLine>[1]>,
): AsyncGenerator<object> {
  for await (const issue of issues) yield toErrorLine(places, issue);
}

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
