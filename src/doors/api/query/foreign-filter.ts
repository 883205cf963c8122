// Filters where ids are those of another system: `filter[id][exists]` asks whether it has one for the record.
import type { Filter } from '../../../engine/records/read/index.js';
import { apiError } from '../api-errors.js';
import type { QueryParameter } from './query-parameters.js';

/** `readOthers`: what says nothing of ids is as ever. Throws API-202 and API-432. */
export function readForeignFilter(
  system: string,
  parameters: readonly QueryParameter[],
  readOthers: (parameters: readonly QueryParameter[]) => Filter | undefined,
): Filter | undefined {
  const known = parameters.filter(({ members }) => members.join(' ') === 'id exists');
  const others = parameters.filter((one) => !known.includes(one));
  for (const { name, members } of others) {
    if (!members.some((member) => /(?:^|\.)id$/.test(member))) continue;
    throw apiError(432, {
      detail: `${name} is no filter here: of ids only filter[id][exists] asks among those of another system.`,
      hint: 'Fetch a record by the address with its id.',
      pointer: { parameter: name },
    });
  }
  const rest = readOthers(others);
  const conditions = known.map((one) => toKnown(system, one));
  if (conditions.length === 0) return rest;
  return { and: [...conditions, ...(rest === undefined ? [] : [rest])] };
}

function toKnown(system: string, { name, value }: QueryParameter): Filter {
  if (value === 'false') return { not: { knownTo: system } };
  if (value === '' || value === 'true') return { knownTo: system };
  throw apiError(202, {
    detail: `exists takes true or false, not '${value.slice(0, 40)}'.`,
    pointer: { parameter: name },
  });
}
