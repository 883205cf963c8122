// Which fields a column must not fill although it is called like them, and by which fields its records can be found.
import type { Entity } from '../../catalog/catalog.js';
import { isSurrogate } from '../identity-paths.js';
import type { Candidate } from './match-candidates.js';

/** The column by which a template marks its example rows. */
export const isExampleMark = (column: string): boolean => column === 'dovetail_example';

/** True for the columns that a file of failed rows carries besides the source's own. */
export const isErrorColumn = (column: string): boolean => /^dovetail_errors?(?:_line)?$/.test(column);

/** Why a column that fits the candidate is left out, or undefined if it is used. */
export function findIgnoreReason(
  entity: Entity,
  candidate: Candidate,
  identity: readonly string[],
): string | undefined {
  const readOnly = candidate.sets
    .map((name) => entity.fields.find((field) => field.name === name))
    .find((field) => field?.readOnly);
  const [only] = candidate.sets;
  const foundBy = identity.length === 0 ? '' : `; records are found by ${identity.join(', ')}`;
  if (candidate.sets.every((name) => identity.includes(name))) return undefined;
  if (readOnly?.generated === 'stored') return `PostgreSQL computes ${readOnly.name}`;
  if (readOnly?.generated !== undefined) return `PostgreSQL numbers ${readOnly.name}${foundBy}`;
  if (readOnly) return `${readOnly.name} is read-only`;
  const isKey =
    candidate.path.length === 1 && entity.primaryKey?.length === 1 && entity.primaryKey[0] === only;
  if (isKey && identity.length > 0 && isSurrogate(candidate.field)) {
    return `the database makes ${only}${foundBy}. Name it in a mapping to write it`;
  }
  return undefined;
}

/** The entity's identity if the candidates set all of it, else a unique key of which they do, else nothing. */
export function chooseIdentity(entity: Entity, candidates: readonly Candidate[]): readonly string[] {
  const set = new Set(candidates.flatMap((candidate) => candidate.sets));
  const keys = entity.uniqueKeys
    .filter((key) => key.total)
    .sort((a, b) => Number(b.primary) - Number(a.primary));
  return (
    [entity.identity, ...keys.map((key) => key.fields)].find(
      (fields) => fields.length > 0 && fields.every((name) => set.has(name)),
    ) ?? []
  );
}
