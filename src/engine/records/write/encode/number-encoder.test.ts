import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../../catalog/catalog.js';
import { Fault } from './cell-encoder.js';
import { encoderFor } from './field-encoder.js';

/** The encoded text, or the fault's number. */
function encode(base: string, text: string): string | number {
  const type = {
    sql: base,
    base,
    kind: 'base',
    array: false,
    deterministic: true,
    comparable: true,
  } as FieldType;
  const bytes = Buffer.from(text);
  const out = Buffer.alloc(bytes.length * 2 + 64);
  const to = encoderFor(type).text(bytes, 0, bytes.length, out, 0);
  return to < 0 ? to : out.toString('utf8', 0, to);
}

describe('floating-point numbers', () => {
  it('may be as large and as small as the server takes them', () => {
    for (const text of [
      '3.4028235e+38',
      '3.402823567797336e38',
      '-3.4028235e38',
      '1e-45',
      '1.1754944e-38',
      '0e-400',
    ])
      expect(encode('float4', text), text).toBe(text);
    for (const text of ['1.7976931348623157e+308', '5e-324', '-0', '0.30000000000000004'])
      expect(encode('float8', text), text).toBe(text);
  });

  it('are out of range beyond that, and no infinity or zero', () => {
    for (const text of ['3.4028236e38', '-1e39', '1e-46', `1${'0'.repeat(39)}`])
      expect(encode('float4', text), text).toBe(Fault.range);
    for (const text of ['1e309', '1e-400', `-1${'0'.repeat(310)}`])
      expect(encode('float8', text), text).toBe(Fault.range);
  });

  it('may be infinite or no number where it says so', () => {
    for (const base of ['float4', 'float8']) {
      expect(encode(base, 'inf')).toBe('Infinity');
      expect(encode(base, '-Infinity')).toBe('-Infinity');
      expect(encode(base, 'nan')).toBe('NaN');
    }
  });
});
