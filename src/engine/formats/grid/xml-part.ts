// The XML parts of spreadsheets as a stream of tags and texts, by saxes. No DTD and so no entities of its own, no depth or text
// without bounds; prefixes are cut off, since programs choose them as they like.
import { lazyLibrary } from '../../../foundation/lifecycle/lazy-library.js';
import { formatsError } from '../formats-errors.js';
import { MAX_CELL_BYTES } from '../row-limits.js';

const saxes = lazyLibrary<typeof import('saxes')>('saxes');

export interface XmlHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  close?(name: string): void;
  text?(text: string): void;
}

export interface XmlPart {
  write(chunk: Buffer): void;
  end(): void;
}

const MAX_XML_DEPTH = 64;

/** Feeds a part through its handlers. Throws FORMATS-124 for what is not well-formed or has a document type. */
export function createXmlPart(name: string, handlers: XmlHandlers): XmlPart {
  const parser = new (saxes().SaxesParser)({ position: false });
  let depth = 0;
  let quiet = 0;
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  parser.on('error', (error) => {
    throw broken(name, error.message.replace(/^undefined:/, ''));
  });
  parser.on('doctype', () => {
    throw broken(name, 'it has a document type, which spreadsheets never have');
  });
  parser.on('opentag', (tag) => {
    quiet = 0;
    if (++depth > MAX_XML_DEPTH) throw broken(name, `its tags are nested deeper than ${MAX_XML_DEPTH}`);
    handlers.open(localName(tag.name), tag.attributes as Record<string, string>);
  });
  parser.on('closetag', (tag) => {
    quiet = 0;
    depth--;
    handlers.close?.(localName(tag.name));
  });
  const { text } = handlers;
  if (text) {
    parser.on('text', text);
    parser.on('cdata', text);
  }
  const decode = (chunk?: Buffer): string => {
    try {
      return decoder!.decode(chunk, { stream: chunk !== undefined });
    } catch (cause) {
      throw formatsError(124, {
        detail: `${name} in the file holds bytes that are no ${decoder!.encoding}.`,
        hint: 'Open the file in its program and save it anew.',
        cause,
      });
    }
  };
  return {
    write(chunk) {
      decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true });
      quiet += chunk.length;
      if (quiet > 4 * MAX_CELL_BYTES) throw broken(name, 'a single text in it is longer than 64 MB');
      parser.write(decode(chunk));
    },
    end() {
      if (decoder) parser.write(decode());
      parser.close();
    },
  };
}

/** Reads a whole part. `maxBytes` is what it may have unpacked; default 64 MB. */
export async function readXmlPart(
  name: string,
  bytes: AsyncIterable<Buffer>,
  handlers: XmlHandlers,
  maxBytes = 64 * 1024 * 1024,
): Promise<void> {
  const part = createXmlPart(name, handlers);
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

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

function encodingOf(head: Buffer): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function broken(name: string, why: string) {
  return formatsError(124, {
    detail: `${name} in the file can't be read: ${why}.`,
    hint: 'Open the file in its program and save it anew; if that fails, get it again.',
  });
}
