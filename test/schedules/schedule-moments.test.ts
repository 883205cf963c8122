// When a schedule is due: time zones, the hours that a change of clocks takes or gives, windows.
import { describe, expect, it } from 'vitest';
import {
  checkTiming,
  findNextMoment,
  fromWindow,
  isOpen,
  toWindow,
} from '../../src/engine/jobs/schedules/index.js';

const BERLIN = 'Europe/Berlin';

function moments(
  cron: string,
  after: string,
  count: number,
  timeZone = BERLIN,
  windows: readonly string[] = [],
) {
  const timing = { cron, timeZone, windows: windows.map(toWindow) };
  const found: string[] = [];
  for (let moment = new Date(after); found.length < count; found.push(moment.toISOString().slice(0, 16))) {
    moment = findNextMoment(timing, moment)!;
  }
  return found;
}

describe('a moment', () => {
  it('is meant in the time zone of the schedule', () => {
    expect(moments('0 3 * * *', '2026-01-10T12:00Z', 1)).toEqual(['2026-01-11T02:00']);
    expect(moments('0 3 * * *', '2026-07-10T12:00Z', 1)).toEqual(['2026-07-11T01:00']);
    expect(moments('0 3 * * *', '2026-07-10T12:00Z', 1, 'America/New_York')).toEqual(['2026-07-11T07:00']);
  });

  it('in the hour that is left out comes as soon as the clock goes on, once', () => {
    expect(moments('30 2 * * *', '2026-03-28T12:00Z', 2)).toEqual(['2026-03-29T01:00', '2026-03-30T00:30']);
  });

  it('that repeats within the hour that is left out is left out with it', () => {
    expect(moments('*/20 2 * * *', '2026-03-28T12:00Z', 1)).toEqual(['2026-03-30T00:00']);
    expect(moments('30 * * * *', '2026-03-29T00:00Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:30',
      '2026-03-29T02:30',
    ]);
  });

  it('in the hour that comes twice comes once, the first time', () => {
    expect(moments('30 2 * * *', '2026-10-24T12:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
  });

  it('that repeats comes in both of them', () => {
    expect(moments('30 * * * *', '2026-10-24T23:00Z', 4)).toEqual([
      '2026-10-24T23:30',
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-25T02:30',
    ]);
  });
});

describe('a window', () => {
  it('leaves out every moment outside of it', () => {
    expect(moments('0 * * * *', '2026-06-01T12:00Z', 3, 'UTC', ['22:00-00:30', '04:00-05:00'])).toEqual([
      '2026-06-01T22:00',
      '2026-06-01T23:00',
      '2026-06-02T00:00',
    ]);
  });

  it('over midnight belongs to the day it begins on', () => {
    const windows = [toWindow('fri 22:00-06:00')];
    expect(isOpen(windows, 'UTC', new Date('2026-06-05T23:00Z'))).toBe(true);
    expect(isOpen(windows, 'UTC', new Date('2026-06-06T05:59Z'))).toBe(true);
    expect(isOpen(windows, 'UTC', new Date('2026-06-06T06:00Z'))).toBe(false);
    expect(isOpen(windows, 'UTC', new Date('2026-06-05T05:00Z'))).toBe(false);
  });

  it.each(['22:00-06:00', 'mon,tue,wed,thu,fri 08:00-18:30', 'sun,sat 00:00-24:00'])(
    '%s is read and written',
    (text) => {
      expect(fromWindow(toWindow(text))).toBe(text);
    },
  );

  it('may go round the end of the week', () => {
    expect(fromWindow(toWindow('sat-mon 8:00-9:00'))).toBe('sun,mon,sat 08:00-09:00');
  });

  it.each(['22-6', '25:00-26:00', '10:00-10:00', 'xyz 10:00-11:00', 'mon- 10:00-11:00', ''])(
    '%s is none',
    (text) => {
      expect(() => toWindow(text)).toThrow(expect.objectContaining({ code: 'SCHEDULES-105' }));
    },
  );
});

describe('a schedule that says no time', () => {
  it.each([
    ['0 3 * *', BERLIN, [], 'SCHEDULES-103'],
    ['61 3 * * *', BERLIN, [], 'SCHEDULES-103'],
    ['0 0 3 * * *', BERLIN, [], 'SCHEDULES-103'],
    ['0 3 * * *', 'Europe/Atlantis', [], 'SCHEDULES-104'],
    ['0 0 30 2 *', BERLIN, [], 'SCHEDULES-106'],
    ['0 3 * * *', BERLIN, ['10:00-11:00'], 'SCHEDULES-106'],
  ])('%s %s %s is refused: %s', (cron, timeZone, windows, code) => {
    const timing = { cron, timeZone, windows: windows.map(toWindow) };
    expect(() => checkTiming(timing, new Date('2026-06-01T12:00Z'))).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
