import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityOverride } from '../../src/engine/catalog/index.js';
import { createRulesFixture, type Given, type RulesFixture, type Writing } from './rules-fixture.js';

const DDL = `
  create type mood as enum ('new', 'old');
  create domain even as int check (value % 2 = 0);
  create table product (
    id serial primary key, sku text not null unique, name text not null default 'unnamed', price numeric(12,2),
    stock int not null default 7, state mood, data jsonb, tags text[], pairs even, note varchar(5), code bytea,
    slug text generated always as (lower(sku)) stored, owner text not null default current_user);`;

describe('batch hooks in the write path', () => {
  let at: RulesFixture;
  beforeAll(async () => {
    at = await createRulesFixture(DDL);
  });
  afterAll(() => at.drop());
  beforeEach(() => at.database.query('truncate product restart identity'));

  const write = (
    override: EntityOverride,
    columns: readonly string[],
    rows: readonly (readonly Given[])[],
    more: Partial<Writing> = {},
  ) => at.write({ entity: 'product', override, columns, rows, ...more });

  it('changes values, which are written as PostgreSQL reads them', async () => {
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
      for (let row = 0; row < batch.size; row++) {
        batch.set(row, 'name', `${batch.value(row, 'name')!.toUpperCase()} \\ \t"{é}`);
        batch.set(row, 'price', ' 1.50 ');
        expect(batch.value(row, 'price')).toBe(' 1.50 ');
      }
    };
    const { counters } = await write(
      { beforeWrite },
      ['sku', 'name', 'price'],
      [
        ['p1', 'a', '9'],
        ['p2', 'b', null],
      ],
    );
    expect(counters.added).toBe(2);
    expect(await at.rows('select sku, name, price from product order by sku')).toEqual([
      ['p1', 'A \\ \t"{é}', '1.50'],
      ['p2', 'B \\ \t"{é}', '1.50'],
    ]);
  });

  it('sets fields that the source does not have, for the rows it names only', async () => {
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
      expect(batch.fields).toEqual(['sku']);
      batch.set(0, 'data', '{"a": [1]}');
      batch.set(0, 'tags', '{x,"y z"}');
      batch.set(0, 'pairs', '4');
      batch.set(0, 'state', 'new');
      batch.set(0, 'code', '\\xBEEF');
      expect([...batch.fields].sort()).toEqual(['code', 'data', 'pairs', 'sku', 'state', 'tags']);
    };
    await write({ beforeWrite }, ['sku'], [['p1'], ['p2']]);
    expect(
      await at.rows(
        'select sku, data, tags, pairs, state, code::text, name, stock from product order by sku',
      ),
    ).toEqual([
      ['p1', { a: [1] }, ['x', 'y z'], 4, 'new', '\\xbeef', 'unnamed', 7],
      ['p2', null, null, null, null, null, 'unnamed', 7],
    ]);
  });

  it('leaves stored values of fields it does not set as they are', async () => {
    await at.database.query(
      `insert into product (sku, name, note) values ('p1', 'kept', 'old'), ('p2', 'kept', 'old')`,
    );
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => batch.set(1, 'note', 'new');
    for (const strategy of ['add_or_update', 'replace'] as const) {
      await write(
        { beforeWrite },
        ['sku', 'price'],
        [
          ['p1', '1'],
          ['p2', '1'],
        ],
        { strategy },
      );
      expect(await at.rows('select sku, name, note from product order by sku')).toEqual([
        ['p1', 'kept', 'old'],
        ['p2', 'kept', 'new'],
      ]);
    }
  });

  it('uses up no number of a sequence in a dry run', async () => {
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => batch.set(0, 'note', 'x');
    await at.judge({
      entity: 'product',
      override: { beforeWrite },
      columns: ['sku'],
      rows: [['p1'], ['p2']],
    });
    await write({ beforeWrite }, ['sku'], [['p1']]);
    expect(await at.rows('select id from product')).toEqual([[1]]);
  });

  it('may give a new record the field it needs', async () => {
    await at.database.query('alter table product alter owner drop default');
    try {
      const beforeWrite: EntityOverride['beforeWrite'] = (batch) => batch.set(0, 'owner', 'me');
      const { counters, issues } = await write({ beforeWrite }, ['sku'], [['p1'], ['p2']], {
        strategy: 'add',
      });
      expect(counters).toMatchObject({ added: 1, failed: 1 });
      expect(issues).toMatchObject([{ row: 2, code: 'RECORDS-301' }]);
      const none = await write({ beforeWrite: () => {} }, ['sku'], [['p3']]);
      expect(none.issues).toMatchObject([{ row: 1, code: 'RECORDS-301' }]);
    } finally {
      await at.database.query('alter table product alter owner set default current_user');
    }
  });

  it('refuses single records', async () => {
    const beforeWrite: EntityOverride['beforeWrite'] = async (batch) => {
      await null;
      batch.refuse(1, { message: 'Not this one.', field: 'name', hint: 'Ask Ann.' });
    };
    const { counters, issues } = await write(
      { beforeWrite },
      ['sku', 'name'],
      [
        ['p1', 'a'],
        ['p2', 'b'],
        ['p3', 'c'],
      ],
    );
    expect(counters).toMatchObject({ added: 2, failed: 1 });
    expect(issues).toMatchObject([
      { row: 2, line: 3, code: 'RECORDS-315', field: 'name', column: 'name', value: 'b', hint: 'Ask Ann.' },
    ]);
    expect(issues[0]!.message).toBe('Not this one (hook beforeWrite).');
    expect(issues[0]!.cells).toEqual(['p2', 'b']);
  });

  it('fails a row to which it gives nonsense, and names the hook', async () => {
    const nonsense: readonly (readonly [field: string, value: string | null])[] = [
      ['price', 'dear'],
      ['stock', null],
      ['state', 'blue'],
      ['pairs', '3'],
      ['tags', 'no array'],
      ['note', 'too long for it'],
      ['name', 'nul \0'],
      ['name', 'half \ud800'],
      ['data', '{'],
      // A number that JavaScript takes for JSON, and jsonb does not.
      ['data', '1e400000'],
    ];
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
      for (const [row, [field, value]] of nonsense.entries()) batch.set(row, field, value);
    };
    const rows = [...nonsense.map((_, i) => [`bad${i}`]), ['good']];
    const { issues } = await write({ beforeWrite }, ['sku'], rows);
    expect(await at.rows('select sku from product')).toEqual([['good']]);
    expect(issues.map(({ row }) => row).sort((a, b) => a! - b!)).toEqual(nonsense.map((_, i) => i + 1));
    for (const issue of issues) expect(issue.message).toMatch(/^The hook beforeWrite set product\.\w+ to /);
  });

  it('is held to the rules by what it makes of a record', async () => {
    const rules = [{ name: 'even', field: 'stock', pattern: '\\d*[02468]' }];
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
      for (let row = 0; row < batch.size; row++)
        batch.set(row, 'stock', String(Number(batch.value(row, 'stock')) + 1));
    };
    const { issues } = await write(
      { rules, beforeWrite },
      ['sku', 'stock'],
      [
        ['p1', '1'],
        ['p2', '2'],
      ],
    );
    expect(await at.rows('select sku, stock from product')).toEqual([['p1', 2]]);
    expect(issues).toMatchObject([{ row: 2, value: '3' }]);
  });

  it.each([
    ['its identity', 'sku', "can't set product.sku: records are matched by it"],
    ['a computed field', 'slug', "can't set product.slug"],
    ['an unknown field', 'nmae', 'has no field nmae'],
  ])('fails the chunk if it sets %s', async (_, field, words) => {
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => batch.set(0, field, 'x');
    const { issues } = await write({ beforeWrite }, ['sku'], [['p1'], ['p2']]);
    expect(issues.map(({ row, code }) => [row, code])).toEqual([
      [1, 'RECORDS-317'],
      [2, 'RECORDS-317'],
    ]);
    expect(issues[0]!.message).toContain(words);
  });

  it('fails the records of a chunk when it throws, and not the run', async () => {
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
      if (batch.value(0, 'sku') === 'p1') throw new Error('price service is down');
    };
    const { counters, issues } = await write({ beforeWrite }, ['sku'], [['p1'], ['p2'], ['p3']], {
      chunkRows: 2,
    });
    expect(counters).toMatchObject({ read: 3, added: 1, failed: 2 });
    expect(issues[0]!.message).toBe('The hook beforeWrite failed: price service is down.');
    expect(await at.rows('select sku from product')).toEqual([['p3']]);
  });

  it('is given up at its limit, and can do no harm afterwards', async () => {
    let late: unknown;
    let release = (): void => {};
    const over = new Promise<void>((done) => {
      release = done;
    });
    let finished: Promise<void> | undefined;
    const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
      finished = over.then(() => {
        try {
          batch.set(0, 'name', 'too late');
        } catch (error) {
          late = error;
        }
      });
      return finished;
    };
    const { issues } = await write({ beforeWrite }, ['sku'], [['p1']], { circumstances: { limitMs: 5 } });
    expect(issues).toMatchObject([{ row: 1, code: 'RECORDS-318' }]);
    expect(issues[0]!.message).toContain('within 0.005 s');
    release();
    await finished;
    expect(String(late)).toContain('after its call was over');
  });

  it.each([
    ['while it is called', (abort: () => void) => abort()],
    ['while it is waited for', (abort: () => void) => void setImmediate(abort)],
  ])('is called off by a signal that fires %s, with nothing written and nothing failed', async (_, fire) => {
    const stop = new AbortController();
    const beforeWrite: EntityOverride['beforeWrite'] = () => {
      fire(() => stop.abort(new Error('cancelled by hand')));
      return new Promise<void>(() => {});
    };
    const cut = write({ beforeWrite }, ['sku'], [['p1']], { circumstances: { signal: stop.signal } });
    await expect(cut).rejects.toThrow('cancelled by hand');
    expect(await at.rows('select sku from product')).toEqual([]);
  });

  it('sees deletions before they happen, and may refuse them', async () => {
    await write({}, ['sku'], [['p1'], ['p2']]);
    const outcomes: unknown[] = [];
    const override: EntityOverride = {
      beforeWrite(batch) {
        batch.set(0, 'note', 'set for nothing');
        batch.refuse(1, { message: 'Still in stock' });
      },
      afterWrite: (batch) => {
        outcomes.push(batch.outcome(0), batch.outcome(1));
      },
    };
    const { counters } = await write(override, ['sku'], [['p1'], ['p2']], { strategy: 'delete' });
    expect(counters).toMatchObject({ deleted: 1, failed: 1 });
    expect(outcomes).toEqual(['deleted', undefined]);
  });
});
