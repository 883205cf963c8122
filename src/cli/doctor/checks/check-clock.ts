// Leases, keys and schedules compare this machine's time with the database's.
import { bad, type DoctorCheck, look, ok } from '../diagnosis.js';

/** Leases of runs last 15 seconds. */
const [DOUBTFUL_MS, BAD_MS] = [2_000, 10_000];

export const checkClock: DoctorCheck = {
  name: 'clock',
  needs: 'database',
  async look({ app }) {
    const asked = Date.now();
    const { rows } = await app.database.query<{ ms: number }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms',
    );
    // The answer was made somewhere between the question and now.
    const off = Math.round(rows[0]!.ms - (asked + Date.now()) / 2);
    const says = `The database's clock is ${Math.abs(off) / 1_000} s ${off < 0 ? 'behind' : 'ahead of'} this machine's`;
    const advice = 'Let a time service (NTP) set both clocks.';
    if (Math.abs(off) >= BAD_MS) return bad(says, advice);
    return Math.abs(off) >= DOUBTFUL_MS
      ? look(says, advice)
      : ok('This machine and the database have the same time');
  },
};
