// The XML parts of spreadsheets as a stream of tags and texts. Prefixes are cut off, since programs choose them as they like.
import { formatsError } from '../formats-errors.js';
import { XmlFault } from './xml-fault.js';
import { XmlScanner, type XmlSink } from './xml-scanner.js';

export interface XmlHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

export interface XmlPart {
  write(chunk: Buffer): void;
  end(): void;
}

/** Feeds a part through its handlers. Throws FORMATS-124 for what is not well-formed or has a document type. */
export function createXmlPart(name: string, handlers: XmlHandlers): XmlPart {
  return createXmlBytes(name, {
    open: (tag) => handlers.open(tag.name, tag.toRecord()),
    close: (tag) => handlers.close?.(tag),
    text: (bytes, from, to) => handlers.text?.(bytes.toString('utf8', from, to)),
  });
}

/** The same without a string for each tag and text, for parts with millions of them. */
export function createXmlBytes(name: string, sink: XmlSink): XmlPart {
  const scanner = new XmlScanner(sink);
  let toUtf8: ((chunk?: Buffer) => Buffer) | undefined;
  const told = (step: () => void): void => {
    try {
      step();
    } catch (error) {
      throw error instanceof XmlFault ? broken(name, error.message) : error;
    }
  };
  return {
    write: (chunk) =>
      told(() => {
        toUtf8 ??= createTranscoder(chunk);
        scanner.write(toUtf8(chunk));
      }),
    end: () =>
      told(() => {
        if (toUtf8) scanner.write(toUtf8());
        scanner.end();
      }),
  };
}

/** Reads a whole part of at most 64 MB, unpacked. */
export async function readXmlPart(
  name: string,
  bytes: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
): Promise<void> {
  await readBytes(name, bytes, createXmlPart(name, handlers), 64 * 1024 * 1024);
}

/** Reads a whole part into what was made for it. Throws FORMATS-122 beyond `maxBytes`, unpacked. */
export async function readBytes(
  name: string,
  bytes: AsyncIterable<Buffer>,
  part: XmlPart,
  maxBytes: number,
): Promise<void> {
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > maxBytes) {
      throw formatsError(122, {
        detail: `${name} in the file has more than ${maxBytes} bytes.`,
        hint: 'Save the table as CSV and import that.',
      });
    }
    part.write(chunk);
  }
  part.end();
}

/** An attribute whatever its prefix; the plain name first. */
export function findAttribute(
  attributes: Readonly<Record<string, string>>,
  name: string,
): string | undefined {
  if (attributes[name] !== undefined) return attributes[name];
  const found = Object.keys(attributes).find((key) => key.endsWith(`:${name}`) && !key.startsWith('xmlns:'));
  return found === undefined ? undefined : attributes[found];
}

/** UTF-16 says by its first bytes that it is that; everything else is to be UTF-8. */
function createTranscoder(head: Buffer): (chunk?: Buffer) => Buffer {
  const wide = head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : 'utf-16be';
  if (wide === 'utf-16be' && !(head[0] === 0xfe && head[1] === 0xff)) return (chunk) => chunk ?? NOTHING;
  const decoder = new TextDecoder(wide, { fatal: true });
  return (chunk) => {
    try {
      return Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined }));
    } catch {
      throw new XmlFault(`it holds bytes that are no ${wide}`);
    }
  };
}

const NOTHING = Buffer.alloc(0);

function broken(name: string, why: string) {
  return formatsError(124, {
    detail: `${name} in the file can't be read: ${why}.`,
    hint: 'Open the file in its program and save it anew; if that fails, get it again.',
  });
}
