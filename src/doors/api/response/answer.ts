// What a request is answered with, before it becomes bytes.
import type { Readable } from 'node:stream';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON:API document as text; absent where there is none. */
  readonly body?: string;
  /** In place of the body: bytes of another media type, sent as they come. */
  readonly stream?: Readable;
}

export const JSON_API = 'application/vnd.api+json';
