// What passes between the process and the thread that reads a Parquet file for it. Buffers are handed over, not copied.
import type { CellBatch } from '../../../../foundation/cells/cell-batch.js';
import type { ErrorContext } from '../../../../foundation/errors/dovetail-error.js';
import type { Detection, FormatOptions } from '../../table-format.js';

/** To the thread. */
export type ThreadOrder =
  /** Begins a file; nothing of an earlier one is left. */
  | { readonly order: 'inspect'; readonly size: number; readonly detection: Detection }
  | {
      readonly order: 'read';
      readonly size: number;
      readonly options: FormatOptions;
      readonly batchRows: number | undefined;
    }
  /** The next batch is wanted. */
  | { readonly order: 'next' }
  /** Answers `bytes`. */
  | { readonly order: 'bytes'; readonly bytes: Uint8Array };

/** From the thread, each the answer to an order; `bytes` asks for a piece of the file first. */
export type ThreadAnswer =
  | { readonly answer: 'bytes'; readonly position: number; readonly length: number }
  | { readonly answer: 'inspected'; readonly detection: Detection }
  | { readonly answer: 'batch'; readonly batch: CellBatch }
  | { readonly answer: 'end' }
  | {
      readonly answer: 'error';
      /** Of our own errors its number among those of the room. */
      readonly number: number | undefined;
      readonly context: Omit<ErrorContext, 'cause'>;
    };
