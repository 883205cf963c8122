// The bytes of what lies beside the page. Swagger UI's lie beside the built program, where the build puts them; in a clone they are
// taken from its package, which whoever installs Dovetail doesn't need: it has a script that reports the installation.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PAGE_FILES, PAGE_SCRIPT, PAGE_STYLE } from './docs-page.js';

export interface PageFile {
  readonly type: string;
  readonly etag: string;
  readonly bytes: Buffer;
  readonly gzipped: Buffer;
}

const OWN: Readonly<Record<string, string>> = { 'page.js': PAGE_SCRIPT, 'page.css': PAGE_STYLE };

const compress = promisify(gzip);

/** Reads each file once, when it is first asked for. Undefined for a name that the page doesn't use. */
export function createPageFiles(): (name: string) => Promise<PageFile> | undefined {
  const read = new Map<string, Promise<PageFile>>();
  return (name) => {
    const type = Object.hasOwn(PAGE_FILES, name) ? PAGE_FILES[name] : undefined;
    if (type === undefined) return undefined;
    const known = read.get(name) ?? readPageFile(name, type);
    read.set(name, known);
    known.catch(() => read.delete(name));
    return known;
  };
}

async function readPageFile(name: string, type: string): Promise<PageFile> {
  const own = OWN[name];
  const bytes = own === undefined ? await readSwaggerFile(name) : Buffer.from(own);
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { type, etag: `"${digest}"`, bytes, gzipped: await compress(bytes) };
}

async function readSwaggerFile(name: string): Promise<Buffer> {
  try {
    return await readFile(new URL(`./swagger-ui/${name}`, import.meta.url));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return readFile(createRequire(import.meta.url).resolve(`swagger-ui-dist/${name}`));
  }
}
