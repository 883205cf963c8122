// Whatever ended an export early, in words: the caller's wish, the reader at the other end, the file, or the database.
import type { Entity } from '../../../engine/catalog/catalog.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { exportError } from './export-errors.js';
import { type ExportTarget, toWriteError } from './export-target.js';

/** The error to throw for what was caught. */
export function toExportError(
  request: { readonly target: ExportTarget; readonly signal?: AbortSignal },
  entity: Entity,
  cause: unknown,
): DovetailError {
  if (request.signal?.aborted) {
    return exportError(103, {
      detail: `The export of ${entity.name} was cancelled; no file was written.`,
      cause,
    });
  }
  if (cause instanceof DovetailError) return cause;
  const { code = '', message, hint } = cause as ServerError;
  const pointer = { entity: entity.name };
  if (code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ERR_STREAM_DESTROYED') {
    return exportError(102, {
      detail: 'The output was closed before the export was through.',
      pointer,
      cause,
    });
  }
  if (/^E[A-Z]+$/.test(code) && 'path' in request.target && !/^ECONN/.test(code)) {
    return toWriteError(request.target.path, cause);
  }
  if (/^[0-9A-Z]{5}$/.test(code) && !/^(?:08|57P)/.test(code)) {
    return exportError(201, {
      detail: `${entity.name}: ${message}.`,
      ...hintFor(code, hint),
      pointer,
      cause,
    });
  }
  return exportError(202, {
    detail: `The connection to the database broke: ${message}.`,
    hint: 'Start the export again; no file was left half-written.',
    pointer,
    cause,
  });
}

interface ServerError {
  readonly message: string;
  readonly code?: string;
  readonly hint?: string;
}

function hintFor(code: string, hint: string | undefined): { readonly hint?: string } {
  if (code === '42501') return { hint: 'The role lacks the right to select from one of the tables.' };
  if (code === '22P02' || code === '22007')
    return { hint: 'A value of the condition does not fit its field.' };
  if (code === '42P01' || code === '42703') return { hint: 'The schema changed meanwhile; try again.' };
  if (code === '40001') return { hint: 'The server is a standby that had to go on; try again.' };
  return hint === undefined ? {} : { hint };
}
