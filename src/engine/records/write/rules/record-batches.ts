// The faces that staged records show to rules and hooks.
import type {
  RecordBatch,
  Refusal,
  WritableRecordBatch,
  WriteOutcome,
  WrittenRecordBatch,
} from '../../../catalog/overrides/entity-rules.js';
import { recordsError } from '../../records-errors.js';
import type { StagedRecords } from './staged-records.js';

export function toRecordBatch(records: StagedRecords): RecordBatch {
  return {
    entity: records.plan.entity.name,
    size: records.size,
    get fields() {
      return records.listFields();
    },
    line: (row) => records.readRow(row).line,
    value: (row, field) => records.valueAt(row, field),
  };
}

/** Refusals by index of the row, collected until the call is over. */
export class Refusals {
  readonly byRow = new Map<number, Refusal>();
  readonly #records: StagedRecords;
  #over = false;

  constructor(records: StagedRecords) {
    this.#records = records;
  }

  /** Of several refusals of one row the first counts. */
  readonly refuse = (row: number, refusal: Refusal): void => {
    this.refuseLate();
    this.#records.readRow(row);
    if (typeof refusal?.message !== 'string')
      throw recordsError(109, { detail: 'A refusal needs a message: refuse(row, { message: … })' });
    if (!this.byRow.has(row)) this.byRow.set(row, refusal);
  };

  /** Whoever goes on after the call was given up must not change anything any more. */
  refuseLate(): void {
    if (this.#over) throw recordsError(109, { detail: 'The batch was used after its call was over' });
  }

  close(): void {
    this.#over = true;
  }
}

export function toWritableBatch(records: StagedRecords, refusals: Refusals): WritableRecordBatch {
  return Object.defineProperties(
    {
      set(row: number, field: string, value: string | null) {
        refusals.refuseLate();
        records.change(row, field, value);
      },
      refuse: refusals.refuse,
    },
    Object.getOwnPropertyDescriptors(toRecordBatch(records)),
  ) as WritableRecordBatch;
}

export function toWrittenBatch(
  records: StagedRecords,
  outcomes: ReadonlyMap<number, WriteOutcome>,
): WrittenRecordBatch {
  return Object.defineProperties(
    { outcome: (row: number) => outcomes.get(records.readRow(row).row) },
    Object.getOwnPropertyDescriptors(toRecordBatch(records)),
  ) as WrittenRecordBatch;
}
