// Why an address gave no file, as the row that named it is told.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { importError } from '../import/import-errors.js';
import { toShown } from './file-wish.js';

/** Undefined for what is not the address's fault. */
export function toFetchRefusal(error: unknown, url: string): DovetailError | undefined {
  if (!(error instanceof DovetailError)) return undefined;
  if (error.code.startsWith('FILES-14')) return error;
  if (!error.code.startsWith('HTTP-')) return undefined;
  const detail = `${toShown(url)}: ${error.detail}`;
  if (error.code === 'HTTP-105') {
    return importError(142, {
      detail,
      hint: 'Take a smaller file, or raise maxBytes of the field in the configuration.',
      cause: error,
    });
  }
  if (error.consequence !== 'retry') {
    const hint = error.hint ?? 'Open the address in a browser: does it show the file?';
    return importError(145, { detail, hint, cause: error });
  }
  return importError(146, {
    detail,
    hint: 'It was tried several times and may pass: import the failed rows again later (retry).',
    cause: error,
  });
}

export const toGivenUp = (url: string, count: number): DovetailError =>
  importError(146, {
    detail: `${toShown(url)} was not asked: ${count} addresses of its host in a row did not answer.`,
    hint: 'Import the failed rows again when it is back (retry).',
  });
