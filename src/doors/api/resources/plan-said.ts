// What a document says, held against what the write path takes: the API is stricter than a file, and points into the document.
import type { ResourceShape } from '../../../engine/documents/index.js';
import { kindOf, type WritePlan } from '../../../engine/records/index.js';
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import type { Said } from '../document/read-resource.js';
import { waitingError } from './refused-record.js';

/** A blank cell of a file says nothing of a number or date; a document that sends an empty text does. Throws API-302 (422) or 401 (404). */
export function refuseBlanks(
  plan: WritePlan,
  batch: CellBatch,
  said: readonly Said[],
  shape: ResourceShape,
): void {
  for (const column of plan.columns) {
    const { source } = column.target;
    if (!('column' in source) || kindOf(batch, 0, source.column, column) !== Cell.empty) continue;
    const { path, member } = said[source.column]!;
    if (path.length > 1) throw waitingError(shape, said);
    throw apiError(302, {
      detail: `An empty text is no value of ${path[0]}.`,
      hint: 'Send null for none.',
      pointer: { member },
    });
  }
}

/** Throws what is wrong with the request itself, by the place where the document says it. */
export function planSaid(said: readonly Said[], plan: () => WritePlan): WritePlan {
  try {
    return plan();
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { code, title, consequence, detail, pointer } = error;
    const member = said.find(({ path }) => path.join('.') === pointer?.field)?.member ?? '/data';
    // Its hints name options of a command.
    throw new DovetailError(code, { title, consequence }, { detail, pointer: { member } });
  }
}
