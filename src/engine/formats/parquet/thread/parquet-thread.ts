// The thread in which a Parquet file is read: it does what it is told and asks for the bytes it needs. Run by `thread-reader.ts`.
import { parentPort, type TransferListItem } from 'node:worker_threads';
import type { CellBatch } from '../../../../foundation/cells/cell-batch.js';
import { DovetailError } from '../../../../foundation/errors/dovetail-error.js';
import type { SourceFile } from '../../table-format.js';
import { inspectParquet, readParquet } from '../parquet-reader.js';
import type { ThreadAnswer, ThreadOrder } from './thread-messages.js';

const port = parentPort!;
let batches: AsyncGenerator<CellBatch> | undefined;
const wanted: ((bytes: Uint8Array) => void)[] = [];

port.on('message', (order: ThreadOrder) => {
  if (order.order === 'bytes') wanted.shift()?.(order.bytes);
  else carryOut(order).then(answer, (error) => answer(toErrorAnswer(error)));
});

async function carryOut(order: Exclude<ThreadOrder, { order: 'bytes' }>): Promise<ThreadAnswer> {
  switch (order.order) {
    case 'inspect':
      return { answer: 'inspected', detection: await inspectParquet(toFile(order.size), order.detection) };
    case 'read': {
      const { size, options, batchRows } = order;
      batches = readParquet(toFile(size), { options, ...(batchRows === undefined ? {} : { batchRows }) });
      return next(batches);
    }
    case 'next':
      return next(batches!);
  }
}

async function next(from: AsyncGenerator<CellBatch>): Promise<ThreadAnswer> {
  const { done, value } = await from.next();
  return done ? { answer: 'end' } : { answer: 'batch', batch: value };
}

function answer(message: ThreadAnswer): void {
  port.postMessage(message, message.answer === 'batch' ? toTransfers(message.batch) : []);
}

/** Each buffer once: of a batch that isn't full several arrays may be parts of one. */
function toTransfers({ bytes, start, end, kind, lines }: CellBatch): readonly TransferListItem[] {
  return [...new Set([bytes, start, end, kind, lines].map(({ buffer }) => buffer as ArrayBuffer))];
}

function toFile(size: number): SourceFile {
  return {
    size,
    async read(position, length) {
      const bytes = await new Promise<Uint8Array>((resolve) => {
        wanted.push(resolve);
        answer({ answer: 'bytes', position, length });
      });
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}

function toErrorAnswer(error: unknown): ThreadAnswer {
  if (error instanceof DovetailError) {
    const { code, detail, hint, pointer } = error;
    const context = {
      detail,
      ...(hint === undefined ? {} : { hint }),
      ...(pointer === undefined ? {} : { pointer }),
    };
    return { answer: 'error', number: Number(code.split('-').at(-1)), context };
  }
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { answer: 'error', number: undefined, context: { detail } };
}
