// Uploads as a client makes them, request by request.
import type { ApiAnswer } from './api-fixture.js';
import type { OwnCaller } from './own-fixture.js';

const TUS = { 'tus-resumable': '1.0.0' };

export const toMetadata = (name: string): string => `filename ${Buffer.from(name).toString('base64')}`;

export const beginUpload = (who: OwnCaller, size: number, name = 'items.csv'): Promise<ApiAnswer> =>
  who.ask('POST', '/dovetail/uploads', {
    headers: { ...TUS, 'upload-length': String(size), 'upload-metadata': toMetadata(name) },
  });

export const idOf = (answer: ApiAnswer): string => answer.headers.get('location')!.split('/').at(-1)!;

export const sendPart = (
  who: OwnCaller,
  id: string,
  offset: number,
  bytes: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<ApiAnswer> =>
  who.ask('PATCH', `/dovetail/uploads/${id}`, {
    headers: {
      ...TUS,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      ...headers,
    },
    body: bytes,
  });

export const lookAt = (who: OwnCaller, id: string): Promise<ApiAnswer> =>
  who.ask('HEAD', `/dovetail/uploads/${id}`, { headers: TUS });

/** A whole file; its id. */
export async function upload(who: OwnCaller, content: Buffer | string, name?: string): Promise<string> {
  const bytes = Buffer.from(content);
  const begun = await beginUpload(who, bytes.length, name);
  if (begun.status !== 201) throw new Error(begun.text);
  const id = idOf(begun);
  if (bytes.length === 0) return id;
  const sent = await sendPart(who, id, 0, bytes);
  if (sent.status !== 204) throw new Error(sent.text);
  return id;
}
