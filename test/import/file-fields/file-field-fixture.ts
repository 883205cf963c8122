// A shop whose products have pictures: a storage for them, and a server that pictures are fetched from.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FilesRooms } from '../../../src/doors/files/files-door.js';
import type { FileOverride } from '../../../src/engine/catalog/index.js';
import { createImportFixture, type ImportFixture } from '../import-fixture.js';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface FileFieldFixture extends ImportFixture {
  /** Answers by path; any other path is 404. */
  readonly answers: Map<string, Answer>;
  /** What was asked, in order. */
  readonly asked: IncomingMessage[];
  readonly port: number;
  readonly media: string;
  addressOf(path: string): string;
  /** Serves the bytes with an ETag of their content. */
  serve(path: string, bytes: Buffer): void;
  /** Paths in the storage, sorted. */
  kept(): Promise<readonly string[]>;
  readKept(path: string): Promise<Buffer>;
}

export const TABLES = `
  create table product (sku text primary key, name text);
  create table product_image (
    sku text not null references product, position int not null, picture text, primary key (sku, position)
  );
  insert into product select 'P' || n, 'Product ' || n from generate_series(1, 50) n`;

export async function createFileFieldFixture(
  file: Partial<FileOverride> = {},
  rooms: Partial<FilesRooms> = {},
): Promise<FileFieldFixture> {
  const answers = new Map<string, Answer>();
  const asked: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request);
    const answer = answers.get(new URL(request.url!, 'http://x').pathname);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const own = await mkdtemp(join(tmpdir(), 'dovetail-media-'));
  const media = join(own, 'media');
  const at = await createImportFixture(
    TABLES,
    'empty',
    { product_image: { fields: { picture: { file: { storage: 'media', ...file } } } } },
    {
      places: {
        roots: [],
        storages: { media: { kind: 'folder', path: media } },
        allow: [`127.0.0.1:${port}`],
      },
      projectFolder: own,
      fetchLimits: { pauseMs: 1, silenceMs: 2_000 },
      ...rooms,
    },
  );
  const addressOf = (path: string) => `http://127.0.0.1:${port}${path}`;
  return {
    ...at,
    answers,
    asked,
    port,
    media,
    addressOf,
    serve(path, bytes) {
      const etag = `"${createHash('sha1').update(bytes).digest('hex')}"`;
      answers.set(path, (request, response) => {
        if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
        else response.writeHead(200, { etag, 'content-type': 'text/plain' }).end(bytes);
      });
    },
    async kept() {
      const found = await readdir(media, { recursive: true, withFileTypes: true }).catch(() => []);
      return found
        .flatMap((entry) => (entry.isFile() ? [`${entry.parentPath.slice(-2)}/${entry.name}`] : []))
        .sort();
    },
    readKept: (path) => readFile(join(media, path)),
    async drop() {
      server.closeAllConnections();
      server.close();
      await at.drop();
      await rm(own, { recursive: true, force: true });
    },
  };
}

/** Where a file lies once it is kept. */
export function pathOf(bytes: Buffer, ending = 'png'): string {
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `${hash.slice(0, 2)}/${hash.slice(2)}.${ending}`;
}

/** Products whose pictures stand in one cell, `Images`. `steps`: what is done to each, as YAML. */
export const toPicturesMapping = (steps = '[]'): string => `entity: product
fields:
  - { field: sku, column: SKU }
  - { field: name, column: Name }
many:
  product_image:
    each: { column: Images, separator: "," }
    fields:
      - { field: position, from: position }
      - { field: picture, from: item, steps: ${steps} }
`;
