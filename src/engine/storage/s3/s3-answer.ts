// The XML that servers of S3 answer with: read whole, within bounds, because a server may be anybody's.
import type { Readable } from 'node:stream';
import { SaxesParser } from 'saxes';

/** A page of a list, the largest answer there is, has a thousand keys of a kilobyte. */
const MOST_BYTES = 8 << 20;
const MOST_DEPTH = 16;

/** An element: what its elements say, by name, or its own text. */
export interface S3Element {
  readonly name: string;
  readonly text: string;
  readonly elements: readonly S3Element[];
}

/** The text of the first element of that name; blank if there is none. */
export function textOf(element: S3Element | undefined, name: string): string {
  return element?.elements.find((one) => one.name === name)?.text ?? '';
}

/** The root element; undefined where the body is no XML, or too much of it. Throws what the stream throws. */
export async function readElement(body: Readable): Promise<S3Element | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of body as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MOST_BYTES) {
      body.destroy();
      return undefined;
    }
    parts.push(part);
  }
  try {
    return toElement(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Throws for what is not well-formed, has a document type, or is nested deeper than anything of S3. */
function toElement(xml: string): S3Element | undefined {
  type Growing = { name: string; text: string; elements: Growing[] };
  const parser = new SaxesParser({ position: false });
  const open: Growing[] = [];
  let root: S3Element | undefined;
  const refuse = (): never => {
    throw new Error('no answer of S3');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name }) => {
    const element: Growing = { name: name.slice(name.indexOf(':') + 1), text: '', elements: [] };
    open.at(-1)?.elements.push(element);
    root ??= element;
    if (open.push(element) > MOST_DEPTH) refuse();
  });
  parser.on('text', (text) => {
    const at = open.at(-1);
    if (at !== undefined) at.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root;
}
