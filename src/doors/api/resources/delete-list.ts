// The extension `delete`: the records for which a filter holds are deleted, all or none, if there are as many as the client expects.
import { planWrite, writeRecords } from '../../../engine/records/index.js';
import { findKeyFields, fromKeyText, planKeyList } from '../../../engine/records/read/index.js';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { toCellBatch } from '../../../foundation/cells/row-batch.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { apiError } from '../api-errors.js';
import { toOrigin } from '../api-services.js';
import { takeParameter } from '../query/extension-parameter.js';
import { readFilter } from '../query/filter-query.js';
import { readQueryParameters } from '../query/query-parameters.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import { ApiFailure } from '../response/error-document.js';
import type { Operation } from './operation.js';
import { toRecordError } from './refused-record.js';
import { inUse } from './stored-record.js';

const MOST_DELETED = 10_000;
const MOST_ERRORS = 20;
const COUNT = 'delete:count';

export const deleteList: Operation = async (request, target) => {
  const { value, rest } = takeParameter(request.query, COUNT);
  const { catalog, shapes } = request;
  const filter = readFilter(catalog, shapes, target.shape, readQueryParameters(rest, ['filter']));
  if (filter === undefined)
    throw apiError(212, {
      detail: 'Which records are to be deleted is said by a filter.',
      hint: 'Write filter[attribute]=value.',
      pointer: { parameter: 'filter' },
    });
  const { entity } = target.shape;
  const list = planKeyList(catalog, entity, filter, MOST_DELETED + 1);
  const expected = readCount(value);
  return request.records.transaction(async (client) => {
    const { rows } = await client.query<{ readonly id: string }>(list.sql, [...list.parameters]);
    checkCount(rows.length, expected, target.shape.type);
    await deleteKeys(
      request,
      client,
      target,
      rows.map(({ id }) => id),
    );
    const body = `{"jsonapi":{"version":"1.1"},"meta":{"deleted":${rows.length}}}`;
    return { status: 200, headers: {}, body };
  });
};

/** Undefined if the client does not say. Throws API-202. */
function readCount(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  throw apiError(202, {
    detail: `${COUNT} is a whole number, not '${value.slice(0, 40)}'.`,
    pointer: { parameter: COUNT },
  });
}

/** Throws API-213 and 411. */
function checkCount(count: number, expected: number | undefined, type: string): void {
  const pointer = { parameter: COUNT };
  if (count > MOST_DELETED)
    throw apiError(213, {
      detail: `The filter holds for more than ${MOST_DELETED.toLocaleString('en')} of the ${type}; so many are not deleted at once.`,
      hint: 'Ask for less with another condition, and send it again for the rest.',
      pointer: { parameter: 'filter' },
    });
  if (count === expected) return;
  throw apiError(411, {
    detail:
      expected === undefined
        ? `The filter holds for ${count} of the ${type}; how many are to be deleted was not said.`
        : `The filter holds for ${count} of the ${type}, not for ${expected}; nothing was deleted.`,
    hint: `If these are meant, send ${COUNT}=${count}.`,
    pointer,
  });
}

async function deleteKeys(
  request: ApiRequest,
  client: Client,
  { shape: { entity, type } }: Target,
  keys: readonly string[],
): Promise<void> {
  const identity = (findKeyFields(entity) ?? []).map((field) => field.name);
  const origin = toOrigin(request.caller, request.id);
  const targets = identity.map((name, column) => ({
    path: [name],
    source: { column },
    empty: 'leave' as const,
  }));
  const plan = planWrite({ catalog: request.catalog, entity, targets, strategy: 'delete', identity, origin });
  const rows = keys.map((key, i) => ({
    line: i + 1,
    cells: fromKeyText(key, identity.length)!.map((text) => ({ cell: Cell.text, text })),
  }));
  const { issues, totals } = await writeRecords(client, {
    plan,
    origin,
    batch: toCellBatch(identity, rows, 1),
    ...(request.records.rehearsal ? { rehearsal: true } : {}),
  });
  const errors = issues.filter(({ severity }) => severity === 'error').slice(0, MOST_ERRORS);
  if (errors.length > 0) throw new ApiFailure(errors.map((issue) => toRecordError(issue, undefined)));
  if (totals.postponed > 0) throw inUse(type);
}
