// What became of the records of a batch, as lines of JSON in the order of the body; and what was wrong with those that failed.
import type { ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import type { Run, RunIssue } from '../../../engine/pipeline/index.js';
import type { RecordResult } from './batch-rooms.js';

interface FirstList {
  readonly member: 'data' | 'included';
  readonly records: number;
}

/** Where records stand in what was sent: by JSON pointer, or by line. */
export interface Places {
  readonly shapes: ResourceShapes;
  readonly first: FirstList | undefined;
  readonly shape: ResourceShape | undefined;
}

export function toPlaces({ settings, entity }: Run, shapes: ResourceShapes): Places {
  const { batch } = settings as { readonly batch?: { readonly first?: FirstList } };
  return { shapes, first: batch?.first, shape: shapes.ofEntity(entity) };
}

function toPlace({ first }: Places, line: number): { readonly pointer: string } | { readonly line: number } {
  if (first === undefined) return { line };
  const { member, records } = first;
  if (line <= records) return { pointer: `/${member}/${line - 1}` };
  return { pointer: `/${member === 'data' ? 'included' : 'data'}/${line - 1 - records}` };
}

export function toResultLine(places: Places, { line, lid, action, entity, key }: RecordResult) {
  const type = places.shapes.ofEntity(entity)?.type;
  return {
    ...toPlace(places, line),
    ...(lid === undefined ? {} : { lid }),
    status: action,
    ...(type === undefined ? {} : { type }),
    ...(key === undefined ? {} : { id: key }),
  };
}

/** An error object of JSON:API, with the line where the body has lines. */
export function toErrorLine(places: Places, issue: RunIssue) {
  const { code, message, line, severity } = issue;
  const place = line === undefined ? {} : toPlace(places, line);
  const source =
    'pointer' in place
      ? { source: { pointer: `${place.pointer}${toMember(places, issue)}` } }
      : { ...place, ...(issue.column === undefined ? {} : { column: issue.column }) };
  return {
    code,
    detail: message,
    ...source,
    ...(severity === 'warning' ? { meta: { severity } } : {}),
  };
}

/** The member of the record that is to blame; of a column that begins with a slash it is known already. */
function toMember({ shape }: Places, { column, field }: RunIssue): string {
  if (column?.startsWith('/')) return column;
  if (column === undefined || column === 'id') return column === 'id' ? '/id' : '';
  const kind = field?.includes('.') || shape?.relationships.some((one) => one.name === column);
  return `/${kind ? 'relationships' : 'attributes'}/${column.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A line for each record: what became of it, or its errors. */
export async function* listOutcomes(
  places: Places,
  results: AsyncIterable<RecordResult>,
  issues: AsyncIterable<RunIssue>,
): AsyncGenerator<object> {
  const failed = gather(places, issues)[Symbol.asyncIterator]();
  let next = await failed.next();
  for await (const result of results) {
    for (; !next.done && next.value.at < result.line; next = await failed.next()) yield next.value.outcome;
    if (!next.done && next.value.at === result.line) {
      // It was written, but something of it could not be set.
      yield { ...toResultLine(places, result), errors: next.value.outcome.errors };
      next = await failed.next();
    } else yield toResultLine(places, result);
  }
  for (; !next.done; next = await failed.next()) yield next.value.outcome;
}

interface Failed {
  readonly at: number;
  readonly outcome: { readonly status: 'failed'; readonly errors: object[] };
}

/** The errors of each record together. */
async function* gather(places: Places, issues: AsyncIterable<RunIssue>): AsyncGenerator<Failed> {
  let open: Failed | undefined;
  for await (const issue of issues) {
    if (issue.severity !== 'error' || issue.line === undefined) continue;
    if (open?.at !== issue.line) {
      if (open) yield open;
      open = { at: issue.line, outcome: { ...toPlace(places, issue.line), status: 'failed', errors: [] } };
    }
    open.outcome.errors.push(toErrorLine(places, issue));
  }
  if (open) yield open;
}
