// Who may follow changes, as the door needs it: the app hands over the gate that all requests of the API pass.
import type { Catalog } from '../../../engine/catalog/index.js';

/** A request as it came. */
export interface FollowRequest {
  readonly id: string;
  readonly method: string;
  /** Path and query, as they stand in the request line. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The address of the machine it came from. */
  readonly from?: string;
  readonly body: undefined;
  /** Where clients see the server; absent: links have none. */
  readonly origin?: string;
}

export interface Admitted {
  /** Unique among callers: `client 17`. */
  readonly caller: string;
  /** For the answer, whatever it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the API lies, as links name it. */
  readonly base: string;
  /** The caller's own: the same object as before while nothing of it changed. */
  readCatalog(): Promise<Catalog>;
  /** The same question once more, counted as no request. Rejects where the caller would be refused by now. */
  again(): Promise<Pick<Admitted, 'readCatalog'>>;
}

export interface FollowAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ChangesGate {
  /** Rejects with whatever the request is refused for. */
  admit(request: FollowRequest): Promise<Admitted>;
  /** The error as a document of JSON:API. `meta`: of the document, for programs. */
  refuse(error: unknown, request: FollowRequest, meta?: Readonly<Record<string, string>>): FollowAnswer;
}
