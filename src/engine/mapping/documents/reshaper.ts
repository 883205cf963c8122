// Documents through JSONata, a batch at a time. One that takes too long, or all the memory, is given up, and the thread with it.
import { createRequire } from 'node:module';
import type { Worker } from 'node:worker_threads';
import { type Reshaped, startJsonataWorker } from './jsonata-worker.js';

/** A JSONata expression that can't be used, in words. */
export class JsonataProblem extends Error {}

/** Throws a `JsonataProblem` for an expression that is none. */
export function checkJsonata(expression: string): void {
  // Few mappings reshape documents, so the others do without the library.
  const jsonata = createRequire(import.meta.url)('jsonata') as typeof import('jsonata');
  try {
    jsonata(expression);
  } catch (error) {
    const { message, position } = error as { message?: string; position?: number };
    throw new JsonataProblem(`character ${position ?? 1}: ${(message ?? String(error)).replace(/\.$/, '')}`);
  }
}

const NOT_BEGUN = -1;

export class Reshaper {
  readonly #expression: string;
  readonly #limitMs: number;
  #worker: Worker | undefined;

  /** `limitMs`: the longest time for one document. */
  constructor(expression: string, limitMs: number) {
    this.#expression = expression;
    this.#limitMs = limitMs;
  }

  /** The results, in the order of the documents. */
  async reshape(documents: readonly string[]): Promise<readonly Reshaped[]> {
    const results: Reshaped[] = [];
    while (results.length < documents.length) {
      const rest = documents.slice(results.length);
      const outcome = await this.#run(rest);
      if ('results' in outcome) {
        results.push(...outcome.results);
      } else {
        // Those before the one that was given up are done again: their results went with the thread.
        if (outcome.at > 0) results.push(...(await this.reshape(rest.slice(0, outcome.at))));
        results.push({ error: outcome.error });
      }
    }
    return results;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }

  /** Every result, or which document had to be given up, and why. */
  async #run(documents: readonly string[]): Promise<Outcome> {
    this.#worker ??= startJsonataWorker(this.#expression);
    const worker = this.#worker;
    const at = new SharedArrayBuffer(4);
    const place = new Int32Array(at);
    Atomics.store(place, 0, NOT_BEGUN);
    const outcome = await new Promise<Outcome>((resolve) => {
      let last = NOT_BEGUN;
      // The clock runs for one document, from the moment it is seen to be at hand; a thread takes its time to start.
      const timer = setInterval(() => {
        const now = Atomics.load(place, 0);
        if (now !== last || now === NOT_BEGUN) last = now;
        else end({ at: now, error: `it took longer than ${this.#limitMs} ms` });
      }, this.#limitMs);
      const onMessage = (results: readonly Reshaped[]): void => end({ results });
      const onError = ({ code, message }: Error & { code?: string }): void =>
        end({
          at: Math.max(0, Atomics.load(place, 0)),
          error: code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it took too much memory' : message,
        });
      const end = (result: Outcome): void => {
        clearInterval(timer);
        worker.off('message', onMessage);
        worker.off('error', onError);
        resolve(result);
      };
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.postMessage({ documents, at });
    });
    if (!('results' in outcome)) await this.close();
    return outcome;
  }
}

type Outcome = { readonly results: readonly Reshaped[] } | { readonly at: number; readonly error: string };
