// What the write path refuses: 1xx a request as a whole, 2xx a value, 3xx a row as the database sees it.
import { errorRegister } from '../../foundation/errors/dovetail-error.js';

export const recordsError = errorRegister('RECORDS', {
  101: { title: 'The entity can only be read', consequence: 'stop' },
  102: { title: 'No identity', consequence: 'stop' },
  103: { title: 'The identity is not in the source', consequence: 'stop' },
  104: { title: 'The field cannot be written', consequence: 'stop' },
  105: { title: 'No such field or relation', consequence: 'stop' },
  106: { title: 'The strategy does not fit the entity', consequence: 'stop' },
  107: { title: 'A required field is missing from the source', consequence: 'stop' },
  108: { title: 'Two columns set one field', consequence: 'stop' },
  109: { title: 'A rule or hook does not fit the entity', consequence: 'stop' },
  110: { title: 'The removal is larger than allowed', consequence: 'ask' },
  111: { title: 'The removal was left out', consequence: 'stop' },
});

/** Codes of what can be wrong with a single row; texts are made where the row is judged. */
export const ROW = {
  required: 'RECORDS-301',
  unknownReference: 'RECORDS-302',
  ambiguousReference: 'RECORDS-303',
  identityMissing: 'RECORDS-304',
  ambiguousMatch: 'RECORDS-305',
  exists: 'RECORDS-306',
  notFound: 'RECORDS-307',
  check: 'RECORDS-308',
  notUnique: 'RECORDS-309',
  foreignKey: 'RECORDS-310',
  refused: 'RECORDS-311',
  duplicate: 'RECORDS-312',
  cannotRemove: 'RECORDS-313',
  rejectedValue: 'RECORDS-214',
  rule: 'RECORDS-315',
  suppressed: 'RECORDS-316',
  sequence: 'RECORDS-319',
  hook: 'RECORDS-317',
  hookLate: 'RECORDS-318',
} as const;
