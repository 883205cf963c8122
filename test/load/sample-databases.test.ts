// A schema that was never made for us: the chart of accounts of LedgerSMB, with headings below headings, filled by fixtures.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSample } from '../support/load-dump.js';
import { findSamples } from '../support/samples.js';
import { countsOf, createLoadFixture, type LoadFixture } from './load-fixture.js';

const CHART = `
# Accounts stand before the headings they belong to, and headings before their parents, as in a real chart nobody sorts.
account:
  cash: { accno: 1010, description: Cash, category: A, heading: "@account_heading.liquid" }
  bank_{1..3}: { accno: "102{n}", description: "Bank {n}", category: A, heading: "@account_heading.liquid" }
  capital: { accno: 3000, description: Capital, category: Q, heading: "@account_heading.equity" }
account_heading:
  liquid: { accno: 1000-L, parent: "@account_heading.current", description: Liquid assets }
  current: { accno: 1000-C, parent: "@account_heading.assets", description: Current assets }
  assets: { accno: 1000, description: Assets, category: A }
  equity: { accno: "0300", description: Equity, category: Q }
`;

describe.skipIf(findSamples() === undefined)(
  'the chart of accounts of LedgerSMB (skipped without samples)',
  () => {
    let at: LoadFixture;
    beforeAll(async () => {
      at = await createLoadFixture();
      await loadSample(at, 'ledgersmb');
    });
    afterAll(() => at?.drop());

    it('is filled in one go, whatever refers to what', async () => {
      await at.write({ '1.0/chart.yaml': CHART });
      const report = await at.load();
      expect(report.files[0]?.problems).toEqual([]);
      expect(countsOf(report.files[0])).toEqual({
        account_heading: { read: 4, added: 4 },
        account: { read: 5, added: 5 },
      });
      expect(
        await at.rows(`with recursive path as (
          select id, description as says from public.account_heading where parent_id is null
          union all select h.id, path.says || ' > ' || h.description from public.account_heading h join path on h.parent_id = path.id)
        select a.accno, path.says from public.account a join path on path.id = a.heading order by a.accno`),
      ).toEqual([
        ['1010', 'Assets > Current assets > Liquid assets'],
        ['1021', 'Assets > Current assets > Liquid assets'],
        ['1022', 'Assets > Current assets > Liquid assets'],
        ['1023', 'Assets > Current assets > Liquid assets'],
        ['3000', 'Equity'],
      ]);
    });

    it('obeys the checks of the database, and says in which line one does not hold', async () => {
      await at.write({
        '1.1/more.yaml':
          'account:\n  - { accno: 9999, description: Odd, category: X, heading: "@account_heading.assets" }\n',
      });
      const report = await at.load();
      expect(report.state).toBe('failed');
      expect(report.files[0]?.problems[0]).toMatchObject({ code: 'RECORDS-308', entity: 'account', line: 2 });
      expect(await at.rows('select count(*)::int from public.account')).toEqual([[5]]);
      expect(
        await at.rows(`select state, failure->>'code' from dovetail.runs where state = 'failed'`),
      ).toEqual([['failed', 'LOAD-301']]);
    });
  },
);
