// How numbers and dates of other people's files are spelled: what decides it, what leaves it open, and real files of others.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { detectFormat, readFormat } from '../../src/engine/formats/index.js';
import { type ColumnSpelling, guessSpellings } from '../../src/engine/formats/spelling/guess-spellings.js';
import type { ValueSpelling } from '../../src/foundation/cells/value-spelling.js';
import { findSamples } from '../support/samples.js';
import { inChunks } from './read-table.js';
import { createRandom } from './seeded-random.js';

async function guess(source: string | Buffer, given: ValueSpelling = {}): Promise<readonly ColumnSpelling[]> {
  const bytes = Buffer.from(source);
  const detection = detectFormat(bytes.subarray(0, 256 * 1024), { name: 'x.csv', whole: true });
  const { options } = detection;
  for await (const batch of readFormat(detection.format).read({ bytes: inChunks(bytes, 1 << 16), options })) {
    return guessSpellings(batch, given);
  }
  return [];
}

/** One column `v` beside a text, so that the delimiter is clear. */
const column = async (values: readonly string[], given: ValueSpelling = {}) =>
  (await guess(`name;v\n${values.map((value, i) => `n${i};${value}`).join('\n')}\n`, given))[1]!;

describe('numbers', () => {
  it.each<[readonly string[], ValueSpelling | undefined]>([
    [['1.5', '2.25', '3'], undefined],
    [['1,5', '2'], { decimal: ',' }],
    [['1.234,50', '7'], { decimal: ',', thousands: '.' }],
    [['1.234.567', '7,5'], { decimal: ',', thousands: '.' }],
    [['1.234', '7,5'], { decimal: ',', thousands: '.' }],
    [['1,234.50', '7'], { thousands: ',' }],
    [['1,234', '7.5'], { thousands: ',' }],
    [['12,34,567', '7'], { thousands: ',' }],
    [['1 234,5', '7'], { decimal: ',', thousands: ' ' }],
    [['1\u202f234,5', '7'], { decimal: ',', thousands: ' ' }],
    [["1'234.50", '7'], { thousands: "'" }],
    [['0,125', '7'], { decimal: ',' }],
    [['1.50', '-', 'n/a'], { noValue: ['-', 'n/a'] }],
  ])('%j: %j', async (values, spelling) => {
    const found = await column(values);
    expect([found.spelling, found.open]).toEqual([spelling, undefined]);
  });

  it.each<[readonly string[], RegExp]>([
    [['1,234', '2,345'], /may be thousands or decimals/],
    [['1.234', '2.345'], /is read with a decimal point/],
    [['1,5', '1.5'], /mixes decimal points and commas/],
  ])('%j stays open', async (values, open) => {
    const found = await column(values);
    expect(found.spelling).toBeUndefined();
    expect(found.open).toMatch(open);
  });

  it('left open by one column are decided by another, or by what is given', async () => {
    const [, , open] = await guess('a;b;c\nx;1,5;1,234\ny;2,5;2.345\n');
    expect(open!.spelling).toEqual({ decimal: ',', thousands: '.' });
    expect((await column(['1,234'], { decimal: ',' })).spelling).toEqual({ decimal: ',' });
    expect((await column(['1,234'], { decimal: '.' })).spelling).toEqual({ thousands: ',' });
  });

  it.each(['1.2.3', '192.168.0.1', '12-34', 'A1', '1,2,3', '1.23.456', 'DEV000', 'MOD 736'])(
    '%s is none',
    async (value) => {
      expect((await column([value, value])).kind).toBe('text');
    },
  );

  it('with leading zeros are digits, not numbers', async () => {
    expect((await column(['00123', '00456'])).kind).toBe('digits');
  });
});

describe('dates', () => {
  it.each<[readonly string[], string, ValueSpelling | undefined]>([
    [['2026-02-13'], 'date', undefined],
    [['13/02/2026', '01/02/2026'], 'date', { dateOrder: 'dmy' }],
    [['02/13/2026'], 'date', { dateOrder: 'mdy' }],
    [['01.02.2026'], 'date', { dateOrder: 'dmy' }],
    [['2026/2/3'], 'date', { dateOrder: 'ymd' }],
    [['12 Mar 2026'], 'date', { dateOrder: 'dmy' }],
    [['12. Oktober 2026'], 'date', { dateOrder: 'dmy' }],
    [['2/13/26 2:30 PM'], 'date and time', { dateOrder: 'mdy' }],
    [['2:30 pm', '11:05 am'], 'time', { clock: true }],
    [['14:30', '08:05:10'], 'time', undefined],
  ])('%j: %s %j', async (values, kind, spelling) => {
    const found = await column(values);
    expect([found.kind, found.spelling, found.open]).toEqual([kind, spelling, undefined]);
  });

  it.each<[readonly string[], RegExp]>([
    [['01/02/2026', '03/04/2026'], /dmy \(day first\) or mdy \(month first\)/],
    [['01-02-03'], /dmy .* or mdy .* or ymd/],
    [['13/02/2026', '02/13/2026'], /more than one order/],
  ])('%j stay open', async (values, open) => {
    const found = await column(values);
    expect(found.spelling).toBeUndefined();
    expect(found.open).toMatch(open);
  });

  it('of one column decide those of another', async () => {
    const [, second] = await guess('a;b\n13/02/2026;01/02/2026\n');
    expect(second!.spelling).toEqual({ dateOrder: 'dmy' });
  });

  it('of every order and sign are found again', async () => {
    const random = createRandom(2026);
    const two = (n: number) => String(n).padStart(2, '0');
    for (let round = 0; round < 60; round++) {
      const order = (['dmy', 'mdy', 'ymd'] as const)[round % 3]!;
      const sign = ['/', '-', '.'][Math.floor(random.next() * 3)]!;
      if (order === 'mdy' && sign === '.') continue;
      const values = Array.from({ length: 30 }, (_, i) => {
        const parts = {
          d: two(i === 0 ? 13 : 1 + Math.floor(random.next() * 28)),
          m: two(1 + Math.floor(random.next() * 12)),
        };
        const year = String(1980 + Math.floor(random.next() * 60));
        return [...order].map((part) => ({ ...parts, y: year })[part as 'd']).join(sign);
      });
      const { spelling } = await column(values);
      // Year first with hyphens is ISO already.
      expect(spelling).toEqual(order === 'ymd' && sign === '-' ? undefined : { dateOrder: order });
    }
  });
});

const samples = findSamples();

describe.skipIf(samples === undefined)('files of other people', () => {
  const of = async (file: string) =>
    Object.fromEntries(
      (await guess(readFileSync(join(samples!, 'csv-adversarial', 'duckdb', file)))).map((found) => [
        found.column,
        found.spelling ?? found.open,
      ]),
    );
  it.each<[string, Record<string, unknown>]>([
    ['auto/time_date_timestamp_dd-mm-yy.csv', { d: { dateOrder: 'dmy' }, ts: { dateOrder: 'dmy' } }],
    ['auto/time_date_timestamp_mm-dd-yyyy.csv', { d: { dateOrder: 'mdy' }, ts: { dateOrder: 'mdy' } }],
    ['auto/time_date_timestamp_yy.mm.dd.csv', { d: { dateOrder: 'ymd' }, ts: { dateOrder: 'ymd' } }],
  ])('%s', async (file, expected) => {
    expect(await of(file)).toMatchObject(expected);
  });
});
