// What a request is answered with, before it becomes bytes.

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A JSON:API document as text; absent where there is none. */
  readonly body?: string;
}

export const JSON_API = 'application/vnd.api+json';
