// The links of a page. They go by place where records have one, by number where the client began so.
import type { TreePlan } from '../../../engine/records/read/index.js';
import { toCursor } from '../query/page-cursor.js';
import type { FetchQuery } from '../query/read-query.js';
import type { ApiRequest } from '../request/api-request.js';
import type { FoundRows } from './found-rows.js';

/** "Keys MUST either be omitted or have a null value to indicate that a particular link is unavailable." */
export function toPageLinks(
  request: ApiRequest,
  plan: Pick<TreePlan, 'nodes' | 'ordered'>,
  { page, sort }: FetchQuery,
  { root, more, total }: FoundRows,
): Readonly<Record<string, string | null>> {
  const { size, number, after, before } = page;
  const to = (members: Readonly<Record<string, string>>): string => toPageAddress(request.self, members);
  if (number !== undefined || !plan.ordered) {
    const at = number ?? 1;
    return {
      first: to({ number: '1' }),
      prev: at > 1 ? to({ number: String(at - 1) }) : null,
      next: more ? to({ number: String(at + 1) }) : null,
      ...(total === undefined ? {} : { last: to({ number: String(Math.max(1, Math.ceil(total / size))) }) }),
    };
  }
  const order = `${request.shapes.ofEntity(plan.nodes[0]!.entity.name).type} ${sort}`;
  const cursor = (row: (typeof root)[number] | undefined): string | undefined =>
    row?.place == null ? undefined : toCursor(row.place, order);
  const [firstCursor, lastCursor] = [cursor(root[0]), cursor(root.at(-1))];
  const hasNext = before === undefined ? more : true;
  const hasPrev = before === undefined ? after !== undefined : more;
  return {
    first: to({}),
    prev: hasPrev && firstCursor !== undefined ? to({ before: firstCursor }) : null,
    next: hasNext && lastCursor !== undefined ? to({ after: lastCursor }) : null,
  };
}

/** The same address with another page of the same size. */
function toPageAddress(address: string, members: Readonly<Record<string, string>>): string {
  const [path = '', query = ''] = address.split('?');
  const kept = query
    .split('&')
    .filter((part) => part !== '' && !/^page(?:\[|%5B)(?:number|after|before)/i.test(part));
  const pages = Object.entries(members).map(
    ([name, value]) => `page%5B${name}%5D=${encodeURIComponent(value)}`,
  );
  const all = [...kept, ...pages].join('&');
  return all === '' ? path : `${path}?${all}`;
}
