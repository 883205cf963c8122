// The answer to a batch: at once, with what became of each record, where it is small or its sender wants to wait; else with the address of
// the run that carries it out.
import type { ApiRequest } from '../request/api-request.js';
import type { Answer } from '../response/answer.js';
import { readWait } from './batch-query.js';
import type { BatchRooms } from './batch-rooms.js';
import { listOutcomes, toPlaces } from './result-lines.js';

/** The document of a run, as its address has it. */
export type ShowRun = (request: ApiRequest, run: string) => Promise<object>;

/** Bodies up to this size are waited for if nothing else is said, so long. */
const SMALL_BYTES = 1 << 20;
const SMALL_WAIT_MS = 10_000;
/** Up to so many records are told in the answer itself. */
const MOST_TOLD = 1_000;

/** `accepted`: the answer that is kept, which says where the run is. */
export async function answerRun(
  request: ApiRequest,
  batches: BatchRooms,
  accepted: Answer,
  size: number,
  showRun: ShowRun,
): Promise<Answer> {
  const { headers, shapes } = request;
  const address = accepted.headers['location']!;
  const id = address.slice(address.lastIndexOf('/') + 1);
  const asked = readWait(typeof headers['prefer'] === 'string' ? headers['prefer'] : undefined);
  const run = await batches.readRun(id, asked ?? (size <= SMALL_BYTES ? SMALL_WAIT_MS : 0));
  const over = run.state !== 'queued' && run.state !== 'running';
  const results = over && run.counters.read <= MOST_TOLD ? await readAll() : undefined;
  const files = { results: `${address}/results`, errors: `${address}/errors` };
  const applied =
    asked === undefined || (asked > 0 && !over)
      ? {}
      : { 'preference-applied': asked === 0 ? 'respond-async' : `wait=${asked / 1000}` };
  return {
    status: over ? 200 : 202,
    headers: { ...accepted.headers, 'content-location': address, ...applied },
    body: JSON.stringify({
      ...(await showRun(request, id)),
      meta: { files, ...(results === undefined ? {} : { results }) },
    }),
  };

  async function readAll(): Promise<readonly object[]> {
    const told: object[] = [];
    const places = toPlaces(run, shapes);
    const [results, issues] = [batches.listResults(id), batches.listIssues(id)];
    for await (const outcome of listOutcomes(places, results, issues)) told.push(outcome);
    return told;
  }
}
