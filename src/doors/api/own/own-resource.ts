// The contract of everything of Dovetail's own that the API shows: how it is read is declared, how it is written are functions that call
// a service. A new one costs a file and a line in `own-resources.ts`.
import type { Caller } from '../../../engine/access/index.js';
import type { Answer } from '../response/answer.js';
import type { OwnDeclaration } from './own-entity.js';
import type { OwnServices } from './own-services.js';

export interface OwnResource extends OwnDeclaration {
  /** What a new one may be given, and how it is made. The caller may make one, and what is named is there for them. */
  readonly create?: OwnWrite<OwnMade>;
  /** What may be changed, and how. The caller may change the one. */
  readonly update?: OwnWrite<void>;
  /** The caller may delete the one. */
  readonly delete?: (at: OwnPlace) => Promise<void>;
  /** Addresses below one of them: what is to be had there besides documents. The caller sees the one. */
  readonly downloads?: Readonly<Record<string, (at: OwnPlace) => Promise<Answer>>>;
}

export interface OwnWrite<T> {
  readonly attributes: Readonly<Record<string, OwnMember>>;
  /** Relationships to one, by name, and what they lead to. */
  readonly relationships?: Readonly<Record<string, string>>;
  readonly run: (at: OwnPlace, said: OwnSaid) => Promise<T>;
}

/** `id` is empty where there is none yet. */
export interface OwnPlace {
  readonly id: string;
  readonly caller: Caller;
  readonly services: OwnServices;
  /** Widest: the caller may do it with all of them, not only with those that are theirs. */
  readonly wide: boolean;
}

export interface OwnMember {
  readonly kind: 'text' | 'texts' | 'bool' | 'number' | 'time' | 'object';
  readonly says?: string;
  readonly values?: readonly string[];
  readonly required?: boolean;
  /** Null takes away. Default false. */
  readonly nullable?: boolean;
}

/** What a document says, checked: attributes by name, and of relationships the id they lead to. */
export interface OwnSaid {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships: Readonly<Record<string, string | null>>;
}

/** `once`: attributes that only this answer has. `meta`: nothing was made, and this is what there is to say. */
export type OwnMade =
  | { readonly id: string; readonly once?: Readonly<Record<string, unknown>> }
  | { readonly meta: object };
