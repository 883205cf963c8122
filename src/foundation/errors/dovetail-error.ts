// The one root class of every error Dovetail raises on purpose, and the only way to make one: from a room's register.

/** What the caller should do with the work that failed: try it again, leave this item out, give up, ask a person, or find out what happened. */
export type Consequence = 'retry' | 'skip' | 'stop' | 'ask' | 'reconcile';

/** Where the trouble is, as far as it is known. Lines and rows count from 1. */
export interface Pointer {
  readonly file?: string;
  readonly line?: number;
  readonly row?: number;
  readonly column?: string;
  readonly entity?: string;
  readonly field?: string;
  /** Of a request: the query parameter, the header, or the place in the body as a JSON pointer (RFC 6901). */
  readonly parameter?: string;
  readonly header?: string;
  readonly member?: string;
}

export interface ErrorContext {
  /** What happened, for the caller: names and values, never a secret. */
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly pointer?: Pointer;
  /** For us: the error underneath. Never shown to a caller. */
  readonly cause?: unknown;
}

/** One line of a room's register: the fixed part of an error. */
export interface ErrorKind {
  readonly title: string;
  readonly consequence: Consequence;
}

export class DovetailError extends Error {
  override readonly name = 'DovetailError';
  readonly code: string;
  readonly title: string;
  readonly consequence: Consequence;
  readonly detail: string;
  readonly hint: string | undefined;
  readonly pointer: Pointer | undefined;

  constructor(code: string, kind: ErrorKind, context: ErrorContext) {
    super(`${code}: ${context.detail}`, context.cause === undefined ? undefined : { cause: context.cause });
    this.code = code;
    this.title = kind.title;
    this.consequence = kind.consequence;
    this.detail = context.detail;
    this.hint = context.hint;
    this.pointer = context.pointer;
  }
}

/** A room's error function, and what it is made of, for those who list the errors. */
export interface ErrorRegister<R extends Record<number, ErrorKind>> {
  (number: keyof R & number, context: ErrorContext): DovetailError;
  readonly room: string;
  readonly kinds: R;
}

/**
 * Makes a room's error function from its register.
 *
 * @example
 * export const FILES_ERRORS = { 101: { title: 'File not found', consequence: 'stop' } } as const;
 * export const filesError = errorRegister('FILES', FILES_ERRORS);
 * throw filesError(101, { detail: '…', hint: '…' });   // code FILES-101
 */
export function errorRegister<R extends Record<number, ErrorKind>>(room: string, kinds: R): ErrorRegister<R> {
  const toError = (number: keyof R & number, context: ErrorContext): DovetailError =>
    new DovetailError(`${room}-${number}`, kinds[number] as ErrorKind, context);
  return Object.assign(toError, { room, kinds });
}
