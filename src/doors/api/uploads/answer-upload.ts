// Resumable uploads by the tus protocol 1.0: how a client begins one, asks where it stands, sends more, and gives it up. What it says in
// headers is read here; that it is one caller's only is held by the room of uploads.
import { Readable } from 'node:stream';
import type { Caller } from '../../../engine/access/index.js';
import { apiError } from '../api-errors.js';
import type { ApiServices } from '../api-services.js';
import { OWN_BASE } from '../own/own-address.js';
import type { RawRequest } from '../request/api-request.js';
import type { Answer } from '../response/answer.js';
import { ApiFailure } from '../response/error-document.js';
import {
  aboutUploads,
  checkOffsetType,
  checkVersion,
  findChecksum,
  findLength,
  readBytes,
  toUploadError,
} from './upload-headers.js';
import { readMetadata, toFileName } from './upload-metadata.js';
import type { UploadRooms, UploadState } from './upload-rooms.js';

const BASE = '/uploads';

/** A request of the protocol: to all uploads, or to one. */
export interface UploadTarget {
  readonly method: string;
  readonly id?: string;
}

/** Undefined for what is asked of uploads as of any resource. `path`: below what is Dovetail's own. */
export function findUploadTarget(
  { method, headers }: RawRequest,
  path: string | undefined,
): UploadTarget | undefined {
  const [whole, id] = /^\/uploads(?:\/([\w-]{1,100}))?\/?$/.exec(path ?? '') ?? [];
  if (whole === undefined) return undefined;
  // "The X-HTTP-Method-Override request header MUST be … interpreted as the request's method by the Server, if the header is presented."
  const said = method === 'POST' && id !== undefined ? headers['x-http-method-override'] : undefined;
  const meant = typeof said === 'string' ? said.toUpperCase() : method;
  const always = id === undefined ? ['POST', 'OPTIONS'] : ['POST', 'PATCH', 'OPTIONS'];
  const speaks = headers['tus-resumable'] !== undefined && (meant === 'HEAD' || meant === 'DELETE');
  if (!speaks && !always.includes(meant)) return undefined;
  return { method: meant, ...(id === undefined ? {} : { id }) };
}

interface Asked {
  readonly raw: RawRequest;
  readonly caller: Caller;
  readonly uploads: UploadRooms;
  readonly header: (name: string) => string | undefined;
}

/** Throws API-541 (412), 542 (400), 102 (415), 104 (403), 106 (405), and what the room of uploads throws. */
export async function answerUpload(
  raw: RawRequest,
  { method, id }: UploadTarget,
  caller: Caller,
  services: ApiServices,
): Promise<Answer> {
  const { uploads } = services;
  if (uploads === undefined) throw apiError(105, { detail: 'This server takes no uploads.' });
  const header = (name: string) => services.header(raw, name);
  const asked = { raw, caller, uploads, header };
  if (method === 'OPTIONS')
    return {
      status: 204,
      headers: { allow: ALLOW[id === undefined ? 'all' : 'one'], ...aboutUploads(uploads.maxBytes) },
    };
  checkVersion(header);
  if (id === undefined && method === 'POST') {
    await checkMayImport(services, caller);
    return create(asked);
  }
  if (id !== undefined && method === 'HEAD') return show(asked, id);
  if (id !== undefined && method === 'PATCH') return append(asked, id);
  if (id !== undefined && method === 'DELETE') {
    await uploads.remove(id, caller);
    return { status: 204, headers: {} };
  }
  throw new ApiFailure([apiError(106, { detail: `${method} is not possible here.` })], {
    allow: ALLOW[id === undefined ? 'all' : 'one'],
  });
}

const ALLOW = { all: 'GET, HEAD, POST, OPTIONS', one: 'GET, HEAD, PATCH, DELETE, OPTIONS' } as const;

async function create({ raw, caller, uploads, header }: Asked): Promise<Answer> {
  if (header('upload-defer-length') !== undefined)
    throw toUploadError('Upload-Defer-Length', 'is not possible here: the size is to be known');
  const size = readBytes(header, 'Upload-Length');
  const metadata = header('upload-metadata') ?? '';
  const name = toFileName(readMetadata(metadata));
  const withBytes = header('content-type') !== undefined && header('content-length') !== '0';
  if (withBytes) checkOffsetType(header);
  const checksum = findChecksum(header);
  let upload = await uploads.create(caller, { name, metadata, size });
  const location = `${locate(raw)}/${upload.id}`;
  if (withBytes) {
    const part = { offset: 0, ...toPart(raw, header), ...(checksum === undefined ? {} : { checksum }) };
    upload = await uploads.append(upload.id, caller, part);
  }
  return { status: 201, headers: { location, ...sayOffset(upload) } };
}

async function append({ raw, caller, uploads, header }: Asked, id: string): Promise<Answer> {
  checkOffsetType(header);
  const offset = readBytes(header, 'Upload-Offset');
  const checksum = findChecksum(header);
  const part = { offset, ...toPart(raw, header), ...(checksum === undefined ? {} : { checksum }) };
  return { status: 204, headers: sayOffset(await uploads.append(id, caller, part)) };
}

async function show({ caller, uploads }: Asked, id: string): Promise<Answer> {
  const upload = await uploads.settle(id, caller);
  return {
    status: 200,
    headers: {
      ...sayOffset(upload),
      'upload-length': String(upload.size),
      ...(upload.metadata === '' ? {} : { 'upload-metadata': upload.metadata }),
      // "The Server MUST prevent the client and/or proxies from caching the response."
      'cache-control': 'no-store',
    },
  };
}

function toPart({ stream, body }: RawRequest, header: Asked['header']) {
  const length = findLength(header);
  const bytes = stream ?? Readable.from(body === undefined ? [] : [body]);
  return { bytes, ...(length === undefined ? {} : { length }) };
}

const sayOffset = ({ received, size, expiresAt }: UploadState): Readonly<Record<string, string>> => ({
  'upload-offset': String(received),
  ...(received < size ? { 'upload-expires': expiresAt.toUTCString() } : {}),
});

const locate = ({ address }: RawRequest): string =>
  address.split('?')[0]!.slice(0, address.indexOf(`${OWN_BASE}${BASE}`)) + OWN_BASE + BASE;

/** A file that nobody may import is not worth its place on the disk. */
async function checkMayImport({ catalogFor }: ApiServices, caller: Caller): Promise<void> {
  const { entities } = await catalogFor(caller);
  for (const { access } of entities.values()) if (access === undefined || access.import !== 'none') return;
  throw apiError(104, {
    detail: 'Your roles allow you to import nothing, so there is nothing to upload for.',
  });
}
