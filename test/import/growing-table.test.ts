// A table that is empty when an import begins and large when it ends: what is planned for the first must not be carried out
// on the second.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createImportFixture, type ImportFixture, toCsv } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table item (sku text primary key, name text);
    create table loose_item (code text, name text);
    create table planned (entity text, seqscan text, nestloop text);
    create function note_plan() returns trigger language plpgsql as $$
    begin
      insert into planned values (tg_table_name, current_setting('enable_seqscan'), current_setting('enable_nestloop'));
      return null;
    end $$;
    create trigger noted after insert or update on item for each statement execute function note_plan();
    create trigger noted after insert or update on loose_item for each statement execute function note_plan();`);
  // Vacuumed while it is empty: only then does the planner believe that it is.
  await at.run('vacuum analyze item');
});
afterAll(() => at?.drop());

const plans = (entity: string) =>
  at.rows(`select distinct seqscan, nestloop from planned where entity = '${entity}'`);

it('is never read whole for each row of a chunk, however small it is at first', async () => {
  const rows = Array.from({ length: 200 }, (_, i) => [`S${i}`, `name ${i}`]);
  await at.import('item', toCsv([['sku', 'name'], ...rows]), { chunkRows: 20 });
  expect(await plans('item')).toEqual([['off', 'on']]);
});

it('is joined by hash where no index finds its records', async () => {
  await at.import(
    'loose_item',
    toCsv([
      ['code', 'name'],
      ['a', 'b'],
    ]),
    { identity: ['code'] },
  );
  expect(await plans('loose_item')).toEqual([['on', 'off']]);
});

it('is planned for as it is once it is large', async () => {
  await at.run(`
    insert into item select 'L' || i, repeat('x', 1000) from generate_series(1, 12000) i;
    truncate planned`);
  await at.import('item', 'sku,name\nL1,changed\nnew,one\n');
  expect(await plans('item')).toEqual([['on', 'on']]);
});
