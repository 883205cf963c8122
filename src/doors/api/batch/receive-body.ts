// A large body as it comes: counted against its limit, unpacked, and left alone when something is wrong, so that there is an answer.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { apiError } from '../api-errors.js';
import type { RawRequest } from '../request/api-request.js';

export interface Body {
  readonly bytes: Readable;
  /** To be told how many bytes there are so far. Throws API-502 (413). */
  readonly count: (size: number) => void;
}

/** Throws API-502 for a body that says it is too large, API-102 for an encoding that nobody here knows. */
export function openBody({ headers, stream }: RawRequest, most: number): Body {
  if (Number(headers['content-length'] ?? 0) > most) throw tooLarge(most);
  const encoding = String(headers['content-encoding'] ?? 'identity')
    .trim()
    .toLowerCase();
  if (!['', 'identity', 'gzip', 'x-gzip'].includes(encoding)) {
    throw apiError(102, {
      detail: `The body is encoded as ${encoding.slice(0, 40)}.`,
      hint: 'Send it as it is, or with Content-Encoding: gzip.',
      pointer: { header: 'Content-Encoding' },
    });
  }
  // A request that is left before its end is not cut off: who sent it hears why.
  const plain = Readable.from(stream!.iterator({ destroyOnReturn: false }), { objectMode: false });
  return {
    bytes: encoding.endsWith('gzip') ? unpack(plain) : plain,
    count: (size) => {
      if (size > most) throw tooLarge(most);
    },
  };
}

function unpack(packed: Readable): Readable {
  const unpacked = createGunzip();
  packed.on('error', (error) => unpacked.destroy(error));
  // Heard by whoever reads it, even if that begins later.
  unpacked.on('error', () => {});
  unpacked.on('close', () => packed.destroy());
  return packed.pipe(unpacked);
}

/** What went wrong while a body was read: what came broken is the sender's. */
export function toBodyError(error: unknown): unknown {
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  if (name === 'DovetailError' || code === undefined) return error;
  if (/^Z_|^ERR_ZLIB/.test(code))
    return apiError(503, { detail: 'The body is not gzip, or ends in the middle of it.' });
  if (code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE')
    return apiError(503, { detail: 'The body ended before all of it was there.' });
  return error;
}

const tooLarge = (most: number) =>
  apiError(502, {
    detail: `A batch has at most ${most} bytes.`,
    hint: 'Send several batches, or let the operator raise api.batchBytes.',
  });
