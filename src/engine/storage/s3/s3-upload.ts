// Bytes of unknown number into one object: in one go if they are few, else in parts that become an object only when all are there.
import { storageError } from '../storage-errors.js';
import { readElement, textOf } from './s3-answer.js';
import type { S3Bucket } from './s3-bucket.js';
import { toRefusal } from './s3-failure.js';

/** All parts but the last are of this size: some servers take no others. */
const PART_BYTES = 16 << 20;
/** By the protocol. */
const MOST_PARTS = 10_000;
/** Putting the parts together may take a server minutes. */
const JOINING_MS = 600_000;

interface Target {
  readonly key: string;
  /** As the caller names it, for errors. */
  readonly path: string;
}

/** Returns once the object is there, whole; throws what `bytes` throws, and leaves nothing then. */
export async function upload(at: S3Bucket, target: Target, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const parts = inParts(bytes, PART_BYTES);
  const first = await parts.next();
  const head = first.done ? Buffer.alloc(0) : first.value;
  if (head.length === PART_BYTES) return uploadInParts(at, target, head, parts);
  (await at.call({ ...target, method: 'PUT', body: head })).drop();
}

async function uploadInParts(
  at: S3Bucket,
  target: Target,
  head: Buffer,
  rest: AsyncGenerator<Buffer>,
): Promise<void> {
  const uploadId = await begin(at, target);
  const etags: string[] = [];
  const send = async (body: Buffer): Promise<void> => {
    if (etags.length === MOST_PARTS) {
      throw storageError(104, {
        detail: `${target.path} is larger than ${(MOST_PARTS * PART_BYTES) / 1e9} GB.`,
        pointer: { file: target.path },
      });
    }
    const query = { partNumber: String(etags.length + 1), uploadId };
    const answer = await at.call({ ...target, method: 'PUT', query, body });
    answer.drop();
    etags.push(answer.headers.etag ?? '');
  };
  try {
    await send(head);
    for await (const part of rest) await send(part);
    await complete(at, target, uploadId, etags);
  } catch (error) {
    const gone = at.call({ ...target, method: 'DELETE', query: { uploadId } });
    await gone.then((answer) => answer.drop()).catch(() => {});
    throw error;
  }
}

async function begin(at: S3Bucket, target: Target): Promise<string> {
  const { body } = await at.call({ ...target, method: 'POST', query: { uploads: '' } });
  const uploadId = textOf(await readElement(body), 'UploadId');
  if (uploadId !== '') return uploadId;
  throw storageError(104, { detail: `${at.place.says} gave no name for an upload in parts.` });
}

async function complete(
  at: S3Bucket,
  target: Target,
  uploadId: string,
  etags: readonly string[],
): Promise<void> {
  const parts = etags.map(
    (etag, i) =>
      `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag.replaceAll(/[&<>]/g, '').replaceAll('"', '&quot;')}</ETag></Part>`,
  );
  const list = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
  const wish = { ...target, method: 'POST', query: { uploadId }, patienceMs: JOINING_MS } as const;
  const { body } = await at.call({ ...wish, body: Buffer.from(list) });
  const said = await readElement(body);
  if (said?.name === 'CompleteMultipartUploadResult') return;
  // The status was sent before the parts were put together: what went wrong since stands in the body.
  const refusal = { status: 500, code: textOf(said, 'Code'), message: textOf(said, 'Message') };
  throw toRefusal(refusal, target.path, at.place);
}

/** The same bytes in buffers of `size`, the last one shorter; none if there are no bytes. */
async function* inParts(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let [parts, length]: [Uint8Array[], number] = [[], 0];
  for await (const given of bytes) {
    let chunk = given;
    while (length + chunk.length >= size) {
      const fits = size - length;
      yield Buffer.concat([...parts, chunk.subarray(0, fits)], size);
      chunk = chunk.subarray(fits);
      [parts, length] = [[], 0];
    }
    if (chunk.length === 0) continue;
    // The giver may use its memory again.
    parts.push(Buffer.from(chunk));
    length += chunk.length;
  }
  if (length > 0) yield Buffer.concat(parts, length);
}
