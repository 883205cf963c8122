// The headers of resumable uploads: https://tus.io/protocols/resumable-upload
import { apiError } from '../api-errors.js';
import { ApiFailure } from '../response/error-document.js';

const VERSION = '1.0.0';
export const TUS: Readonly<Record<string, string>> = { 'tus-resumable': VERSION };
export const OFFSET_TYPE = 'application/offset+octet-stream';

/** By name, the bytes of a digest. SHA-1, because "the Server MUST support at least the SHA1 checksum algorithm". */
const ALGORITHMS: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, md5: 16 };

export const aboutUploads = (maxBytes: number): Readonly<Record<string, string>> => ({
  'tus-version': VERSION,
  'tus-max-size': String(maxBytes),
  'tus-extension': 'creation,creation-with-upload,expiration,checksum,termination',
  'tus-checksum-algorithm': Object.keys(ALGORITHMS).join(','),
});

type Header = (name: string) => string | undefined;

/** Throws API-541 (412) for another version of the protocol, or none. */
export function checkVersion(header: Header): void {
  const said = header('tus-resumable');
  if (said === VERSION) return;
  const refusal = apiError(541, {
    detail:
      said === undefined
        ? 'A file is uploaded here by the tus protocol, and the request says not that it speaks it.'
        : `Uploads speak version ${VERSION} of the tus protocol here.`,
    hint: `Send Tus-Resumable: ${VERSION}.`,
    pointer: { header: 'Tus-Resumable' },
  });
  throw new ApiFailure([refusal], { 'tus-version': VERSION });
}

/** Throws API-542 for what is no number of bytes. */
export function readBytes(header: Header, name: string): number {
  const said = header(name.toLowerCase());
  if (said !== undefined && /^\d{1,15}$/.test(said)) return Number(said);
  throw toUploadError(name, said === undefined ? 'is missing' : 'is no number of bytes');
}

/** What the request says of its own length; undefined where it comes in chunks. */
export function findLength(header: Header): number | undefined {
  const said = header('content-length');
  return said === undefined ? undefined : Number(said);
}

/** Throws API-542. */
export function findChecksum(
  header: Header,
): { readonly algorithm: string; readonly digest: Buffer } | undefined {
  const said = header('upload-checksum');
  if (said === undefined) return undefined;
  const [, algorithm = '', value = ''] = /^(\w+) +([A-Za-z0-9+/]+={0,2})$/.exec(said.trim()) ?? [];
  const bytes = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  const digest = Buffer.from(value, 'base64');
  if (bytes === undefined)
    throw toUploadError('Upload-Checksum', `names none of ${Object.keys(ALGORITHMS).join(', ')}`);
  if (digest.length !== bytes) throw toUploadError('Upload-Checksum', `has no digest of ${algorithm}`);
  return { algorithm, digest };
}

/** Throws API-102 (415). */
export function checkOffsetType(header: Header): void {
  const said = header('content-type');
  const packed = header('content-encoding');
  if (said === OFFSET_TYPE && packed === undefined) return;
  throw apiError(102, {
    detail:
      packed === undefined
        ? `Parts of files are sent as ${OFFSET_TYPE}.`
        : 'Parts of files are sent as they are.',
    hint: `Send Content-Type: ${OFFSET_TYPE}, and no Content-Encoding.`,
    pointer: { header: packed === undefined ? 'Content-Type' : 'Content-Encoding' },
  });
}

export const toUploadError = (header: string, why: string) =>
  apiError(542, { detail: `${header} ${why}.`, pointer: { header } });
