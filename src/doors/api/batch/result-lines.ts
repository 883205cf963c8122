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

type Place = { readonly pointer: string } | { readonly record: number };

function toPlace({ first }: Places, place: number): Place {
  if (first === undefined) return { record: place };
  const { member, records } = first;
  if (place <= records) return { pointer: `/${member}/${place - 1}` };
  return { pointer: `/${member === 'data' ? 'included' : 'data'}/${place - 1 - records}` };
}

const placeOf = ({ first }: Places, { row, line }: RunIssue): number | undefined =>
  first === undefined ? row : line;

export function toResultLine(places: Places, { place, lid, action, entity, key }: RecordResult) {
  const type = places.shapes.ofEntity(entity)?.type;
  return {
    ...toPlace(places, place),
    ...(lid === undefined ? {} : { lid }),
    status: action,
    ...(type === undefined ? {} : { type }),
    ...(key === undefined ? {} : { id: key }),
  };
}

/** An error object of JSON:API; where the body is no document, with record, line and column in place of a pointer. `meta` has the value and what to do. */
export function toErrorLine(places: Places, issue: RunIssue) {
  const { code, message, line, column, severity, value, hint } = issue;
  const at = placeOf(places, issue);
  const place = at === undefined ? {} : toPlace(places, at);
  const source =
    'pointer' in place
      ? { source: { pointer: `${place.pointer}${toMember(places, issue)}` } }
      : { ...place, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
  const meta = {
    ...(severity === 'warning' ? { severity } : {}),
    ...(value === undefined ? {} : { value }),
    ...(hint === undefined ? {} : { hint }),
  };
  return { code, detail: message, ...source, ...(Object.keys(meta).length === 0 ? {} : { meta }) };
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
    for (; !next.done && next.value.at < result.place; next = await failed.next()) yield next.value.outcome;
    if (!next.done && next.value.at === result.place) {
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
    const at = placeOf(places, issue);
    if (issue.severity !== 'error' || at === undefined) continue;
    if (open?.at !== at) {
      if (open) yield open;
      open = { at, outcome: { ...toPlace(places, at), status: 'failed', errors: [] } };
    }
    open.outcome.errors.push(toErrorLine(places, issue));
  }
  if (open) yield open;
}
