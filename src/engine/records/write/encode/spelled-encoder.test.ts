import { describe, expect, it } from 'vitest';
import { mergeSpellings, type ValueSpelling } from '../../../../foundation/cells/value-spelling.js';
import type { FieldType } from '../../../catalog/catalog.js';
import { Fault } from './cell-encoder.js';
import { encoderFor } from './field-encoder.js';
import { nullSpellingsFor, spelledEncoderFor } from './spelled-encoder.js';

const typeOf = (base: string): FieldType =>
  ({ sql: base, base, kind: 'base', array: false, deterministic: true, comparable: true }) as FieldType;

/** The encoded text, or the fault's number. */
function encode(base: string, text: string, spelling: ValueSpelling): string | number {
  const bytes = Buffer.from(`xx${text}yy`);
  const out = Buffer.alloc(bytes.length * 2 + 64);
  const to = spelledEncoderFor(typeOf(base), spelling).text(bytes, 2, bytes.length - 2, out, 0);
  return to < 0 ? to : out.toString('utf8', 0, to);
}

describe('numbers in their own spelling', () => {
  it.each<[ValueSpelling, string, string | number]>([
    [{ decimal: ',' }, '12,50', '12.50'],
    [{ decimal: ',' }, ' -0,5 ', '-0.5'],
    [{ decimal: ',' }, '12', '12'],
    [{ decimal: ',' }, '12.50', Fault.number],
    [{ decimal: ',', thousands: '.' }, '1.234.567,89', '1234567.89'],
    [{ decimal: ',', thousands: '.' }, '1.5', Fault.number],
    [{ decimal: ',', thousands: '.' }, '1.2345', Fault.number],
    [{ decimal: ',', thousands: '.' }, '12,5,0', Fault.number],
    [{ thousands: '.' }, '1.234,5', '1234.5'],
    [{ thousands: ',' }, '1,234.50', '1234.50'],
    [{ thousands: ',' }, '12,34,567.50', '1234567.50'],
    [{ thousands: ',' }, '1,5', Fault.number],
    [{ decimal: ',', thousands: ' ' }, '1 234,5', '1234.5'],
    [{ decimal: ',', thousands: ' ' }, '1\u00a0234\u202f567,5', Fault.number],
    [{ decimal: ',', thousands: ' ' }, '1\u202f234\u202f567,5\u00a0', '1234567.5'],
    [{ thousands: "'" }, '1’234.50', '1234.50'],
    [{ decimal: ',', currency: true }, '€ 12,50', '12.50'],
    [{ decimal: ',', currency: true }, '12,50 EUR', '12.50'],
    [{ currency: true, thousands: ',' }, '-$1,234.50', '-1234.50'],
    [{ currency: true }, '($12.50)', '-12.50'],
    [{ decimal: ',' }, '12,50 €', Fault.number],
    [{ decimal: ',' }, '12,50-', '-12.50'],
    [{ percent: 'points' }, '12.5 %', '12.5'],
    [{ percent: 'share' }, '12.5%', '0.125'],
    [{ percent: 'share' }, '-250%', '-2.50'],
    [{ decimal: ',' }, 'NaN', 'NaN'],
    [{ decimal: ',' }, '1,5e3', '1.5e3'],
    [{ decimal: ',' }, '', Fault.number],
    [{ decimal: ',' }, '-', Fault.number],
    [{ decimal: ',' }, '9'.repeat(600), Fault.number],
  ])('%j: %j is %j', (spelling, text, expected) => {
    expect(encode('numeric', text, spelling)).toBe(expected);
  });

  it('are whole numbers for fields of whole numbers, with their own limits', () => {
    expect(encode('int4', '1.234', { decimal: ',', thousands: '.' })).toBe('1234');
    expect(encode('int2', '40.000', { decimal: ',', thousands: '.' })).toBe(Fault.range);
    expect(encode('int4', '1,5', { decimal: ',' })).toBe(Fault.integer);
  });

  it('mean the same in every spelling', () => {
    for (let i = 0; i < 500; i++) {
      const value = (((i * 7919) % 100_003) * 1013) / 100;
      const plain = value.toFixed(2);
      const [whole, fraction] = plain.split('.') as [string, string];
      for (const thousands of ['.', ' ', "'", '_']) {
        const grouped = whole.replace(/\B(?=(\d{3})+$)/g, thousands);
        expect(encode('numeric', `${grouped},${fraction}`, { decimal: ',', thousands })).toBe(plain);
      }
    }
  });
});

describe('dates in their own order', () => {
  it.each<[string, ValueSpelling, string, string | number]>([
    ['date', { dateOrder: 'dmy' }, '31.12.2026', '2026-12-31'],
    ['date', { dateOrder: 'dmy' }, '1/2/2026', '2026-02-01'],
    ['date', { dateOrder: 'mdy' }, '1/2/2026', '2026-01-02'],
    ['date', { dateOrder: 'mdy' }, '13/02/2026', Fault.date],
    ['date', { dateOrder: 'dmy' }, '30.02.2026', Fault.date],
    ['date', { dateOrder: 'dmy' }, '2026-12-31', '2026-12-31'],
    ['date', { dateOrder: 'ymd' }, '2026.2.3', '2026-02-03'],
    ['date', { dateOrder: 'ymd' }, '26/02/03', '2026-02-03'],
    ['date', { dateOrder: 'dmy' }, '03.02.69', '2069-02-03'],
    ['date', { dateOrder: 'dmy' }, '03.02.70', '1970-02-03'],
    ['date', { dateOrder: 'dmy', pivot: 30 }, '03.02.45', '1945-02-03'],
    ['date', { dateOrder: 'dmy' }, '12 March 2026', '2026-03-12'],
    ['date', { dateOrder: 'dmy' }, '12. März 2026', '2026-03-12'],
    ['date', { dateOrder: 'dmy' }, '12-Mar-26', '2026-03-12'],
    ['date', { dateOrder: 'dmy' }, '3 février 2026', '2026-02-03'],
    ['date', { dateOrder: 'dmy' }, '3 de mayo de 2026', '2026-05-03'],
    ['date', { dateOrder: 'mdy' }, 'March 12th, 2026', '2026-03-12'],
    ['date', { dateOrder: 'dmy' }, 'Mon, 2 Feb 2026', '2026-02-02'],
    ['date', { dateOrder: 'dmy' }, '31.12.2026 00:00:00', '2026-12-31'],
    ['date', { dateOrder: 'dmy' }, '1-2/2026', Fault.date],
    ['date', { dateOrder: 'dmy' }, 'soon', Fault.date],
    ['date', { dateOrder: 'iso' }, '31.12.2026', Fault.date],
    ['timestamp', { dateOrder: 'dmy' }, '31.12.2026 14:30', '2026-12-31 14:30'],
    ['timestamp', { dateOrder: 'mdy' }, '1/2/2026 2:30:05 PM', '2026-01-02 14:30:05'],
    ['timestamp', { dateOrder: 'mdy' }, '1/2/26, 12:05 am', '2026-01-02 00:05'],
    ['timestamp', { dateOrder: 'dmy' }, '31.12.2026', '2026-12-31'],
    ['timestamp', { dateOrder: 'dmy' }, '31.12.2026 25:00', Fault.timestamp],
    ['timestamptz', { dateOrder: 'dmy' }, '31.12.2026 14:30 +01:00', '2026-12-31 14:30+01:00'],
    ['timestamptz', { dateOrder: 'dmy' }, '2026-12-31T14:30:00Z', '2026-12-31 14:30:00Z'],
    ['time', { clock: true }, '2:30 pm', '14:30'],
    ['time', { clock: true }, '14h30', '14:30'],
    ['time', { dateOrder: 'iso' }, '2:30 pm', Fault.time],
    ['bool', { true: ['ja', 'x'], false: ['nein'] }, ' JA', 't'],
    ['bool', { true: ['ja', 'x'], false: ['nein'] }, 'nein', 'f'],
    ['bool', { true: ['ja'], false: ['nein'] }, 'false', 'f'],
    ['bool', { true: ['ja'], false: ['nein'] }, 'oui', Fault.boolean],
  ])('%s, %j: %j is %j', (base, spelling, text, expected) => {
    expect(encode(base, text, spelling)).toBe(expected);
  });
});

describe('a field', () => {
  it('without a spelling that touches it has the plain encoder itself', () => {
    const text = spelledEncoderFor(typeOf('text'), { decimal: ',', dateOrder: 'dmy' });
    expect(text.text).toBe(encoderFor(typeOf('text')).text);
    expect(text.plain).toBeUndefined();
    expect(spelledEncoderFor(typeOf('date'), { decimal: ',' }).text).toBe(encoderFor(typeOf('date')).text);
  });

  it('of text keeps words that detection takes for no value, unless somebody says that they are NULL', () => {
    const nulls = (base: string, spelling: ValueSpelling) =>
      nullSpellingsFor(typeOf(base), spelling)?.map(String);
    expect(nulls('text', { noValue: ['n/a'] })).toBeUndefined();
    expect(nulls('int4', { noValue: ['n/a'] })).toEqual(['n/a']);
    expect(nulls('mood', { noValue: ['none'] })).toBeUndefined();
    expect(nulls('text', { null: ['-'], noValue: ['n/a'] })).toEqual(['-']);
  });
});

describe('spellings over one another', () => {
  it('win setting by setting, and a sign never means two things', () => {
    expect(mergeSpellings({ dateOrder: 'mdy' }, { dateOrder: 'dmy', decimal: ',' })).toEqual({
      dateOrder: 'mdy',
      decimal: ',',
    });
    expect(mergeSpellings({ decimal: '.' }, { decimal: ',', thousands: '.' })).toEqual({ decimal: '.' });
    expect(mergeSpellings(undefined, undefined)).toBeUndefined();
  });
});
