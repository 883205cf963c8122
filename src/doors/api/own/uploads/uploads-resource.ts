// Uploaded files: seen, fetched again, and given up. How they come is the tus protocol's (`../../uploads`).
import { createReadStream } from 'node:fs';
import { UPLOADS_SHOWN } from '../../../../engine/storage/uploads/upload-store.js';
import type { Answer } from '../../response/answer.js';
import type { OwnPlace, OwnResource } from '../own-resource.js';
import { toDisposition } from './disposition.js';

export const UPLOADS: OwnResource = {
  name: 'uploads',
  label: 'Uploads',
  description:
    'Files that were uploaded to be imported, and those that are still coming. They come by the tus protocol 1.0 at this address, and go after seven days without a new byte.',
  query: UPLOADS_SHOWN,
  key: 'id',
  order: ['-createdAt', 'id'],
  fields: {
    id: { type: 'text' },
    name: { type: 'text', nullable: false, says: 'As its sender calls it.' },
    state: { type: 'text', nullable: false, says: 'receiving or complete' },
    size: { type: 'int8', nullable: false, says: 'Bytes that it will have.' },
    received: { type: 'int8', nullable: false, says: 'Bytes that are there for certain.' },
    sha256: { type: 'text', says: 'Of the whole file, in hexadecimal, once it is complete.' },
    createdAt: { type: 'timestamptz', nullable: false },
    expiresAt: { type: 'timestamptz', nullable: false, says: 'When it goes, if nothing is added.' },
  },
  delete: ({ id, caller, services }) => services.uploads.remove(id, caller),
  downloads: { content: { run: downloadContent } },
};

/** Throws STORAGE-120 and 126. */
async function downloadContent({ id, caller, services }: OwnPlace): Promise<Answer> {
  const { path, name, size, sha256 } = await services.uploads.read(id, caller);
  return {
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      'content-disposition': toDisposition(name),
      etag: `"${sha256}"`,
      'x-content-type-options': 'nosniff',
    },
    stream: createReadStream(path),
  };
}
