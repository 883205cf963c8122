// A body as JSON: what is not UTF-8, too deep, or says two things of one member is refused; numbers keep their digits.
import { LosslessNumber, parse } from 'lossless-json';
import { apiError } from '../api-errors.js';

export type Json = null | boolean | string | LosslessNumber | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json;
}

const MOST_DEPTH = 64;
/** A double has 308. `1e131071` is eight letters, but PostgreSQL writes out every digit: a megabyte of them would come back as gigabytes. */
const MOST_EXPONENT = 400;

/** Throws API-301. */
export function readJson(body: Buffer): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
  checkDepth(text);
  try {
    return parse(text, undefined, {
      parseNumber: toNumber,
      onDuplicateKey: ({ key }: { key: string }) => {
        throw malformed(`The member '${key}' stands twice in one object, with two values.`);
      },
    }) as Json;
  } catch (error) {
    if (error instanceof Error && error.name === 'DovetailError') throw error;
    throw malformed(`The body is not valid JSON: ${(error as Error).message.slice(0, 200)}.`);
  }
}

function toNumber(text: string): LosslessNumber {
  const exponent = Number(text.split(/e/i)[1] ?? 0);
  if (Math.abs(exponent) <= MOST_EXPONENT) return new LosslessNumber(text);
  throw malformed(`The exponent of ${text.slice(0, 40)} is beyond ${MOST_EXPONENT}.`);
}

/** Before it is parsed: a parser that calls itself would run out of stack. */
function checkDepth(text: string): void {
  let depth = 0;
  for (let i = 0, quoted = false; i < text.length; i++) {
    const sign = text.charCodeAt(i);
    if (quoted) {
      if (sign === 0x5c) i++;
      else if (sign === 0x22) quoted = false;
    } else if (sign === 0x22) quoted = true;
    else if (sign === 0x7b || sign === 0x5b) {
      if (++depth > MOST_DEPTH) throw malformed(`The body is nested more than ${MOST_DEPTH} deep.`);
    } else if (sign === 0x7d || sign === 0x5d) depth--;
  }
}

/** `__proto__` as a member is one like any other: it never becomes an object's prototype. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);

export const findMember = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** The value as JSON text, its digits as they came. */
export function toJsonText(value: Json): string {
  if (value instanceof LosslessNumber) return value.value;
  if (Array.isArray(value)) return `[${value.map(toJsonText).join(',')}]`;
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, one]) => `${JSON.stringify(name)}:${toJsonText(one)}`)
      .join(',')}}`;
  return JSON.stringify(value);
}

const malformed = (detail: string) => apiError(301, { detail, pointer: { member: '' } });
