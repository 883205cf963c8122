// The contract of everything of Dovetail's own that the API shows: how it is read is declared, how it is written are functions that call
// a service. A new one costs a file and a line in `own-resources.ts`.

import type { Caller } from '../../../engine/access/index.js';
import type { Catalog } from '../../../engine/catalog/index.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { Answer } from '../response/answer.js';
import type { OwnDeclaration } from './own-entity.js';
import type { OwnServices } from './own-services.js';

export interface OwnResource extends OwnDeclaration {
  /** What a new one may be given, and how it is made. The caller may make one, and what is named is there for them. */
  readonly create?: OwnWrite<OwnMade>;
  /** What may be changed, and how; returns the id, which may be another one now. The caller may change the one. */
  readonly update?: OwnWrite<string>;
  /** The caller may delete the one. */
  readonly delete?: (at: OwnPlace) => Promise<void>;
  /**
   * Keeps others, whoever they are, from changing the one until the transaction ends, so that what `If-Match` compares stays so. Absent:
   * nothing of it changes, or it is not written in the transaction.
   */
  readonly hold?: (client: Client, id: string) => Promise<void>;
  /** Addresses below one of them: what is to be had there besides documents. The caller sees the one. */
  readonly downloads?: Readonly<Record<string, OwnDownload>>;
}

export interface OwnDownload {
  /** Another resource that it shows something of: who may not view that of this one gets nothing. */
  readonly shows?: string;
  /** Query parameters by name, and what each says. Default: none. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly run: (at: DownloadPlace) => Promise<Answer>;
}

export interface OwnWrite<T> {
  readonly attributes: Readonly<Record<string, OwnMember>>;
  /** Relationships to one, by name, and what they lead to. */
  readonly relationships?: Readonly<Record<string, string>>;
  /** The relationship that says to whom it belongs: it must lead to where the caller may write. Absent: it belongs to nobody. */
  readonly belongs?: string;
  /** True: what is made is the caller's. */
  readonly mine?: true;
  /** True: an answer has what nobody is told again, so it is kept for no repeated request. */
  readonly once?: true;
  /** True: nothing is written, so no transaction is held while it is done. */
  readonly apart?: true;
  /** True: the client says what its id is to be. */
  readonly chosenId?: true;
  readonly run: (at: OwnPlace, said: OwnSaid) => Promise<T>;
}

/** `services`: what they write is written in the transaction of the request. `id`: of a new one, where the client chooses it, what it is to be; else empty. */
export interface OwnPlace {
  readonly id: string;
  readonly caller: Caller;
  readonly services: OwnServices;
  /** Widest: the caller may do it with all of them, not only with those that are theirs. */
  readonly wide: boolean;
  /** What the caller may see of the application's entities. */
  readonly readEntities: () => Promise<Catalog>;
  /** Of the request's transaction, for what is no service of a room; absent where none is held. */
  readonly client?: Client;
  /** By which the request is known in what it writes. */
  readonly requestId: string;
}

export interface DownloadPlace extends OwnPlace {
  /** Those of the query, by name; only such as are declared. */
  readonly parameters: ReadonlyMap<string, string>;
}

export interface OwnMember {
  readonly kind: 'text' | 'texts' | 'bool' | 'number' | 'time' | 'object' | 'objects';
  readonly says?: string;
  readonly values?: readonly string[];
  readonly required?: boolean;
  /** Null takes away. Default false. */
  readonly nullable?: boolean;
}

/** What a document says, checked: attributes by name, and of relationships the id they lead to. */
export interface OwnSaid {
  /** Of a new one, where the client chooses it. */
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, string | null>>;
}

/** `once`: attributes that only this answer has. `meta`: nothing was made, and this is what there is to say. */
export type OwnMade =
  | { readonly id: string; readonly once?: Readonly<Record<string, unknown>> }
  | { readonly meta: object };
