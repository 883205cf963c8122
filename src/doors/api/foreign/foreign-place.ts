// Where ids are those of another system: `/dovetail/ids/erp` is the base of an API of its own, with the same resources. So the links of
// an answer lead on within it, and the base standard holds: it does not say where ids come from.
import { isSystemName } from '../../../engine/records/index.js';
import { apiError } from '../api-errors.js';

const FOREIGN_BASE = '/dovetail/ids/';

export interface ForeignPlace {
  readonly system: string;
  readonly base: string;
  readonly path: string;
}

/** Undefined where ids are the records' own. Throws API-105 for what can't be the name of a system. */
export function findForeignPlace(base: string, path: string): ForeignPlace | undefined {
  if (!path.startsWith(FOREIGN_BASE)) return undefined;
  const [system = '', ...rest] = path.slice(FOREIGN_BASE.length).split('/');
  if (isSystemName(system))
    return { system, base: `${base}${FOREIGN_BASE}${system}`, path: `/${rest.join('/')}` };
  throw apiError(105, {
    detail: 'A system is called by small letters, digits, and . - _ between them.',
    hint: 'Write /dovetail/ids/erp/products.',
  });
}
