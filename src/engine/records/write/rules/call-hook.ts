// Other people's code inside a chunk's transaction: it may throw, hang or be called off, and none of that may hurt the run.
import { DovetailError } from '../../../../foundation/errors/dovetail-error.js';
import { ROW } from '../../records-errors.js';
import type { RowFailure } from '../row-report.js';
import type { HookCircumstances } from './ruling.js';

const LIMIT_MS = 60_000;

/**
 * Calls a rule or a hook and waits for it. Returns what to say of the chunk's records if it threw or took too long, undefined
 * if all went well. Throws the signal's reason if it fired.
 */
export async function callHook(
  name: string,
  call: () => void | Promise<void>,
  { signal, limitMs = LIMIT_MS }: HookCircumstances,
): Promise<RowFailure | undefined> {
  signal?.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    const done = call();
    // The call itself may have been what made the signal fire; no event tells of that any more.
    signal?.throwIfAborted();
    if (done === undefined) return undefined;
    const tooLate = new Promise<RowFailure>((resolve) => {
      timer = setTimeout(() => resolve(lateFailure(name, limitMs)), limitMs);
    });
    const calledOff = new Promise<undefined>((resolve) => {
      onAbort = () => resolve(undefined);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
    const failure = await Promise.race([Promise.resolve(done).then(() => undefined), tooLate, calledOff]);
    if (!signal?.aborted) return failure;
  } catch (error) {
    if (!signal?.aborted) return thrownFailure(name, error);
  } finally {
    clearTimeout(timer);
    if (onAbort) signal?.removeEventListener('abort', onAbort);
  }
  throw signal?.reason;
}

function lateFailure(name: string, limitMs: number): RowFailure {
  return {
    code: ROW.hookLate,
    message: `${name} did not come to an end within ${limitMs / 1_000} s, so no record of the chunk was written.`,
    hint: 'Let it finish sooner, or move what takes long out of it.',
  };
}

function thrownFailure(name: string, error: unknown): RowFailure {
  const words =
    error instanceof DovetailError ? error.detail : error instanceof Error ? error.message : String(error);
  const own = error instanceof DovetailError ? error.hint : undefined;
  const hint = own ?? 'Mend what it complains of, or the code in the configuration of the project.';
  return { code: ROW.hook, message: `${name} failed: ${words.replace(/\.$/, '')}.`, hint };
}
