// What is said of Parquet files that can't be read: broken ones, and those that are too much.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { formatsError } from '../formats-errors.js';

/** FORMATS-134. `what` completes "The Parquet file can't be read: …". */
export function broken(what: string, cause?: unknown): DovetailError {
  return formatsError(134, {
    detail: `The Parquet file can't be read: ${what}.`,
    hint: 'If the file was cut or is still being written, get it again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** FORMATS-135. `what` completes "The Parquet file …". */
export function tooMuch(what: string, hint = 'Write it with smaller pages and row groups.'): DovetailError {
  return formatsError(135, { detail: `The Parquet file ${what}.`, hint });
}

/** An error that nobody foresaw while a file was read is about a broken file: as an error of ours. */
export function asProblem(error: unknown): unknown {
  if (error instanceof DovetailError) return error;
  // What the system says of a file (gone, no permission) is not about what is in it.
  if (error instanceof Error && 'syscall' in error) return error;
  return broken(error instanceof Error ? error.message : String(error), error);
}
