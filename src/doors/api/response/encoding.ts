// Answers in fewer bytes, for whoever takes them so (RFC 9110, 8.4 and 12.5.3).
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as ZLIB } from 'node:zlib';

export type Encoding = 'br' | 'gzip';

/** Below, the work costs more than the bytes. */
const LEAST_BYTES = 1_000;
/** Brotli's own default is for files that are packed once: a hundred times slower. */
const BROTLI = { params: { [ZLIB.BROTLI_PARAM_QUALITY]: 4 } };

const toBrotli = promisify<Buffer, object, Buffer>(brotliCompress);
const toGzip = promisify<Buffer, Buffer>(gzip);

/** How a body of this length is sent; undefined: as it is. Of what the client takes equally, the shorter one. */
export function findEncoding(accepted: string | undefined, length: number): Encoding | undefined {
  if (accepted === undefined || length < LEAST_BYTES) return undefined;
  const weights = readWeights(accepted);
  const [br, gz] = (['br', 'gzip'] as const).map((name) => weights.get(name) ?? weights.get('*') ?? 0);
  if (br! > 0 && br! >= gz!) return 'br';
  return gz! > 0 ? 'gzip' : undefined;
}

export const encode = (body: Buffer, encoding: string | undefined): Promise<Buffer> | Buffer =>
  encoding === 'br' ? toBrotli(body, BROTLI) : encoding === 'gzip' ? toGzip(body) : body;

function readWeights(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((one) => one.trim().toLowerCase());
    const q = parameters.find((one) => one.startsWith('q='))?.slice(2);
    const weight = q === undefined ? 1 : Number(q);
    weights.set(name === 'x-gzip' ? 'gzip' : name, weight >= 0 && weight <= 1 ? weight : 0);
  }
  return weights;
}

/** "A representation in another content coding has another entity tag": of a strong one; a weak one speaks of what is meant. */
export const toEncodedTag = (etag: string, encoding: Encoding): string =>
  etag.startsWith('W/') ? etag : etag.replace(/"$/, `-${encoding}"`);

/** The tag of the representation that nothing was done to. */
export const toPlainTag = (tag: string): string => tag.replace(/-(?:br|gzip)"$/, '"');
