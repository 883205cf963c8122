// A thread that reads Parquet, from outside. The libraries that unpack and decode trust what a file claims: a few crafted bytes keep
// them busy without end, or fill the memory. Only a thread can be ended, and only from outside is that seen.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { formatsError } from '../../formats-errors.js';
import type { SourceFile } from '../../table-format.js';
import type { ThreadAnswer, ThreadOrder } from './thread-messages.js';

export interface ThreadLimits {
  /** Longest time from an order to its answer, not counting the time in which bytes are fetched, in ms. Of real files a slice takes a tenth of a second. */
  readonly timeMs: number;
  /** Most that the whole process may grow while the thread works, in bytes. */
  readonly memoryBytes: number;
}

/** Of the thread's own heap; typed arrays lie outside of it and are what `memoryBytes` is about. */
const HEAP_MB = 1024;
const WATCH_MS = 100;

const CODE = `
  const { entry, loader } = require('node:worker_threads').workerData;
  if (loader) import(loader).then(({ tsImport }) => tsImport(entry, entry));
  else import(entry);
`;

/** From the sources (tests, benchmarks) TypeScript has to be understood; what is built needs nothing. */
function whatToRun(): { readonly entry: string; readonly loader?: string } {
  const { url } = import.meta;
  if (!url.endsWith('.ts')) return { entry: new URL('./parquet-thread.js', url).href };
  // Its CommonJS twin looks for files that are not there.
  const loader = createRequire(url)
    .resolve('tsx/esm/api')
    .replace(/\.cjs$/, '.mjs');
  return { entry: new URL('./parquet-thread.ts', url).href, loader: pathToFileURL(loader).href };
}

export class ReadingThread {
  readonly #worker: Worker;
  #ended: Error | undefined;

  constructor() {
    this.#worker = new Worker(CODE, {
      eval: true,
      workerData: whatToRun(),
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, stackSizeMb: 4 },
      env: {},
    });
    this.#worker.on('error', (error) => {
      this.#ended ??= error;
    });
    this.#worker.on('exit', () => {
      this.#ended ??= new Error('the thread has ended');
    });
  }

  get usable(): boolean {
    return this.#ended === undefined;
  }

  /** Whether the process waits for the thread before it ends. */
  hold(held: boolean): void {
    if (held) this.#worker.ref();
    else this.#worker.unref();
  }

  async end(): Promise<void> {
    this.#ended ??= new Error('the thread was ended');
    await this.#worker.terminate();
  }

  /**
   * Gives an order and waits for its answer; serves bytes of the file meanwhile. Throws FORMATS-135 for what takes too long
   * or too much memory (the thread is ended then), and what the thread throws.
   */
  async ask(
    order: ThreadOrder,
    file: SourceFile,
    limits: ThreadLimits,
  ): Promise<Exclude<ThreadAnswer, { answer: 'bytes' | 'error' }>> {
    let wanted = order;
    let transfer: ArrayBuffer[] = [];
    for (;;) {
      const answer = await this.#exchange(wanted, transfer, limits);
      if (answer.answer === 'error') throw toError(answer);
      if (answer.answer !== 'bytes') return answer;
      const read = await file.read(answer.position, answer.length);
      // A buffer that others have parts of can't be handed over.
      const bytes = read.byteLength === read.buffer.byteLength ? read : new Uint8Array(read);
      transfer = [bytes.buffer as ArrayBuffer];
      wanted = { order: 'bytes', bytes };
    }
  }

  async #exchange(
    order: ThreadOrder,
    transfer: readonly ArrayBuffer[],
    { timeMs, memoryBytes }: ThreadLimits,
  ): Promise<ThreadAnswer> {
    const stop = new AbortController();
    const { signal } = stop;
    const before = process.memoryUsage.rss();
    let given: string | undefined;
    const giveUp = (why: string): void => {
      given = why;
      this.#ended ??= new Error(why);
      void this.#worker.terminate();
    };
    const timer = setTimeout(() => giveUp(`takes longer than ${timeMs / 1000} s to unpack`), timeMs);
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - before > memoryBytes)
        giveUp(`takes more than ${Math.round(memoryBytes / 1e6)} MB to unpack`);
    }, WATCH_MS);
    try {
      const ended = once(this.#worker, 'exit', { signal }).then(() => undefined);
      const answered = once(this.#worker, 'message', { signal }).then(([answer]) => answer as ThreadAnswer);
      ended.catch(() => {});
      answered.catch(() => {});
      this.#worker.postMessage(order, [...transfer]);
      const answer = await Promise.race([answered, ended]);
      if (answer !== undefined && given === undefined) return answer;
    } catch (error) {
      // Of a thread that runs out of memory this is the error, or its end.
      this.#ended ??= error as Error;
    } finally {
      stop.abort();
      clearTimeout(timer);
      clearInterval(watch);
    }
    throw formatsError(135, {
      detail: `The Parquet file ${given ?? 'takes more memory to unpack than there is for it'}: it claims what it doesn't hold.`,
      hint: 'If you know where it comes from, write it with smaller row groups and pages.',
    });
  }
}

function toError({ number, context }: Extract<ThreadAnswer, { answer: 'error' }>): Error {
  if (number === undefined) return new Error(context.detail);
  return formatsError(number as Parameters<typeof formatsError>[0], context);
}
