// A value's text as a cast to text has it, of that which the stream tells: ids, rules and conditions are held against the cast.
import type { Field } from '../../../engine/catalog/index.js';

/** `t` is `true`, and the blanks of a char(n) go; everything else stays. */
export function toCastText({ type }: Pick<Field, 'type'>, text: string): string {
  if (type.array) return text;
  if (type.base === 'bool') return text === 't' ? 'true' : text === 'f' ? 'false' : text;
  return type.base === 'bpchar' ? text.replace(/ +$/, '') : text;
}
