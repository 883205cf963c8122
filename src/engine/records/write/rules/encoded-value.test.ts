import { describe, expect, it } from 'vitest';
import { Fault } from '../encode/cell-encoder.js';
import { encoderFor } from '../encode/field-encoder.js';
import { encodeValue, isStorable } from './encoded-value.js';

const base = { kind: 'base', array: false, deterministic: true, comparable: true } as const;
const text = encoderFor({ ...base, sql: 'text', base: 'text' });

describe('a single value through the encoders', () => {
  it.each(['', 'plain', 'a\\tb', 'tab\there', 'line\nend\r', '\\N', '\\\\', 'é👍', '\v\f'])(
    'keeps %j',
    (value) => {
      expect(encodeValue(text, value)).toBe(value);
    },
  );

  it('says what is wrong with a value', () => {
    expect(encodeValue(encoderFor({ ...base, sql: 'integer', base: 'int4' }), '1.5')).toBe(Fault.integer);
  });

  it('knows what no PostgreSQL text can hold', () => {
    expect(['\0', 'a\ud800', '\udc00b', '👍', ''].map(isStorable)).toEqual([false, false, false, true, true]);
  });
});
