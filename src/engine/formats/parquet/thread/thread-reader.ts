// Parquet for the rest of the house: read in a thread that is given up if it does not come back.
import type { CellBatch } from '../../../../foundation/cells/cell-batch.js';
import { formatsError } from '../../formats-errors.js';
import type { Detection, ReadRequest, SourceFile } from '../../table-format.js';
import { ReadingThread, type ThreadLimits } from './reading-thread.js';

const LIMITS: ThreadLimits = { timeMs: 30_000, memoryBytes: 1_500_000_000 };

export interface ThreadReader {
  /** Adds what the footer says. Throws as `read` does. */
  inspect(file: SourceFile, detection: Detection): Promise<Detection>;
  /**
   * Yields the records. Throws FORMATS-102 without a file or for files of other kinds, 134 for broken ones, 135 for what
   * can't be read, is too large, or never comes to an end.
   */
  read(request: ReadRequest): AsyncGenerator<CellBatch>;
}

/** One thread that has nothing to do is kept for the next file; it does not keep the process alive. */
export function createThreadReader(limits: ThreadLimits = LIMITS): ThreadReader {
  let idle: ReadingThread | undefined;
  const take = (): ReadingThread => {
    const thread = idle?.usable ? idle : new ReadingThread();
    idle = undefined;
    thread.hold(true);
    return thread;
  };
  const giveBack = async (thread: ReadingThread): Promise<void> => {
    thread.hold(false);
    if (idle !== undefined || !thread.usable) await thread.end();
    else idle = thread;
  };
  return {
    async inspect(file, detection) {
      const thread = take();
      try {
        const answer = await thread.ask({ order: 'inspect', size: file.size, detection }, file, limits);
        if (answer.answer !== 'inspected') throw new Error(`unexpected answer ${answer.answer}`);
        return answer.detection;
      } finally {
        await giveBack(thread);
      }
    },
    async *read({ file, options, batchRows }) {
      if (file === undefined) throw noFile();
      if (file.size === 0) return;
      const thread = take();
      try {
        let columns: readonly string[] | undefined;
        const { size } = file;
        let answer = await thread.ask({ order: 'read', size, options, batchRows }, file, limits);
        while (answer.answer === 'batch') {
          const batch = fromThread(answer.batch, columns);
          columns = batch.columns;
          yield batch;
          answer = await thread.ask({ order: 'next' }, file, limits);
        }
      } finally {
        await giveBack(thread);
      }
    },
  };
}

/** Columns are the same array for as long as they stay the same, and bytes are a Buffer again. */
function fromThread(batch: CellBatch, columns: readonly string[] | undefined): CellBatch {
  const { buffer, byteOffset, byteLength } = batch.bytes;
  const same =
    columns?.length === batch.columns.length && columns.every((name, i) => name === batch.columns[i]);
  return {
    ...batch,
    columns: same ? columns : batch.columns,
    bytes: Buffer.from(buffer, byteOffset, byteLength),
  };
}

const noFile = () =>
  formatsError(102, {
    detail: 'A Parquet file is read at many places at once; packed or as a stream it can’t be.',
    hint: 'Unpack it and import the file inside.',
  });
