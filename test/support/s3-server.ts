// A server of the calls of S3 that we make, in memory, for the tests: it checks signatures and hashes, and can be told to misbehave.
// It is written by those who wrote the client, so it proves no more than that both read Amazon's pages in the same way.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findSignatureFault } from './s3-signature.js';

export const S3_KEYS = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'a+secret/that=nobody-may-see',
} as const;

export interface S3TestServer {
  readonly port: number;
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly objects: ReadonlyMap<string, Buffer>;
  /** Uploads in parts that were neither completed nor aborted. */
  readonly openUploads: () => number;
  /** Every request so far: `PUT /bucket/key?partNumber`. */
  readonly requests: readonly string[];
  /** Called before each request is answered; true: it took care of it itself. */
  misbehave(how: ((request: IncomingMessage, answer: ServerResponse) => boolean) | undefined): void;
  stop(): Promise<void>;
}

interface Stored {
  readonly bytes: Buffer;
  readonly at: Date;
}

/** `pageSize`: of lists, small so that a test sees several. */
export async function startS3Server(bucket: string, pageSize = 3): Promise<S3TestServer> {
  const objects = new Map<string, Stored>();
  const uploads = new Map<string, { readonly key: string; readonly parts: Map<number, Buffer> }>();
  const requests: string[] = [];
  let misbehaves: ((request: IncomingMessage, answer: ServerResponse) => boolean) | undefined;

  function handle(request: IncomingMessage, body: Buffer, answer: ServerResponse): unknown {
    const url = new URL(request.url ?? '', 'http://server');
    const [, named, ...rest] = url.pathname.split('/').map(decodeURIComponent);
    const [key, query] = [rest.join('/'), url.searchParams];
    const fault = findSignatureFault(request, body, S3_KEYS);
    if (fault !== undefined) return refuse(answer, 403, fault);
    if (named !== bucket) return refuse(answer, 404, 'NoSuchBucket');
    const upload = uploads.get(query.get('uploadId') ?? '');
    switch (
      `${request.method} ${key === '' ? 'bucket' : query.has('uploadId') ? 'upload' : query.has('uploads') ? 'uploads' : 'object'}`
    ) {
      case 'GET bucket':
        return say(answer, listPage(query));
      case 'PUT object':
        objects.set(key, { bytes: body, at: new Date() });
        return answer.writeHead(200, { etag: etag(body) }).end();
      case 'GET object':
      case 'HEAD object': {
        const found = objects.get(key);
        if (found === undefined) return refuse(answer, 404, 'NoSuchKey', request.method === 'HEAD');
        const { bytes, at } = found;
        answer.writeHead(200, {
          'content-length': bytes.length,
          'last-modified': at.toUTCString(),
          etag: etag(bytes),
        });
        return answer.end(request.method === 'HEAD' ? undefined : bytes);
      }
      case 'DELETE object':
        objects.delete(key);
        return answer.writeHead(204).end();
      case 'POST uploads': {
        const id = `upload-${uploads.size + requests.length}`;
        uploads.set(id, { key, parts: new Map() });
        return say(
          answer,
          `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
        );
      }
      case 'PUT upload':
        if (upload === undefined) return refuse(answer, 404, 'NoSuchUpload');
        upload.parts.set(Number(query.get('partNumber')), body);
        return answer.writeHead(200, { etag: etag(body) }).end();
      case 'POST upload': {
        if (upload === undefined) return refuse(answer, 404, 'NoSuchUpload');
        const wanted = [...body.toString().matchAll(/<Part>([\s\S]*?)<\/Part>/g)].map(([, part]) => ({
          number: Number(/<PartNumber>(\d+)</.exec(part!)?.[1]),
          etag: /<ETag>([^<]+)</.exec(part!)?.[1]?.replaceAll('&quot;', '"'),
        }));
        const parts = wanted.map(({ number }) => upload.parts.get(number));
        const sound = parts.every((part, i) => part !== undefined && etag(part) === wanted[i]!.etag);
        if (!sound || parts.slice(0, -1).some((part) => part!.length < 5 << 20))
          return refuse(answer, 400, 'InvalidPart');
        objects.set(key, { bytes: Buffer.concat(parts as Buffer[]), at: new Date() });
        uploads.delete(query.get('uploadId')!);
        return say(
          answer,
          `<CompleteMultipartUploadResult><Key>${xml(key)}</Key></CompleteMultipartUploadResult>`,
        );
      }
      case 'DELETE upload':
        uploads.delete(query.get('uploadId')!);
        return answer.writeHead(204).end();
      default:
        return refuse(answer, 405, 'MethodNotAllowed');
    }
  }

  function listPage(query: URLSearchParams): string {
    const prefix = query.get('prefix') ?? '';
    const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString();
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page = keys.slice(0, pageSize);
    const more = keys.length > page.length;
    const token = more ? Buffer.from(page.at(-1)!).toString('base64') : undefined;
    const contents = page.map((key) => {
      const { bytes, at } = objects.get(key)!;
      return `<Contents><Key>${xml(key)}</Key><LastModified>${at.toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`;
    });
    return `<ListBucketResult><IsTruncated>${more}</IsTruncated>${contents.join('')}${token === undefined ? '' : `<NextContinuationToken>${token}</NextContinuationToken>`}</ListBucketResult>`;
  }

  const server = createServer((request, answer) => {
    requests.push(`${request.method} ${request.url}`);
    if (misbehaves?.(request, answer)) return;
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => handle(request, Buffer.concat(parts), answer));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    endpoint: `http://127.0.0.1:${port}`,
    get objects() {
      return new Map([...objects].map(([key, { bytes }]) => [key, bytes]));
    },
    openUploads: () => uploads.size,
    requests,
    misbehave(how) {
      misbehaves = how;
    },
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

const etag = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

function say(answer: ServerResponse, body: string): void {
  answer
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
}

function refuse(answer: ServerResponse, status: number, code: string, silent = false): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>refused: ${code}</Message></Error>`;
  answer.writeHead(status, { 'content-type': 'application/xml' }).end(silent ? undefined : body);
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const xml = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => SIGNS[sign]!);
