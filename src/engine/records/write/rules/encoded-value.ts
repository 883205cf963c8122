// A single value through the encoders of the hot loop, so that what a hook or a rule gives is judged as a cell would be.
import type { FieldEncoder } from '../encode/field-encoder.js';

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/** The value as it goes to the server, or a negative `Fault`. The text must have no NUL and no lone surrogate. */
export function encodeValue(encoder: FieldEncoder, value: string): string | number {
  const bytes = Buffer.from(value);
  const out = Buffer.allocUnsafe(bytes.length * encoder.growth + 64);
  const end = encoder.text(bytes, 0, bytes.length, out, 0);
  if (end < 0) return end;
  const copied = out.toString('utf8', 0, end);
  return copied.includes('\\')
    ? copied.replace(/\\(.)/gs, (_, letter: string) => ESCAPES[letter] ?? letter)
    : copied;
}

const UNPAIRED = /\p{Surrogate}/u;

/** True for text that PostgreSQL can hold. */
export const isStorable = (value: string): boolean => !value.includes('\0') && !UNPAIRED.test(value);
