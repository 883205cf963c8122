import { describe, expect, it } from 'vitest';
import { fieldsSetByTriggers } from './trigger-fields.js';

const plpgsql = (source: string) => ({ language: 'plpgsql', source });

describe('fields set by triggers', () => {
  it('finds what is assigned to new, in any spelling', () => {
    const source = `begin
      new.updated_at := now(); NEW."Slug" = lower(new.name);
      if tg_op = 'INSERT' then new . code := 'x'; end if;
      return new;
    end`;
    expect(fieldsSetByTriggers([plpgsql(source)])).toEqual(['Slug', 'code', 'updated_at']);
  });

  it('finds nothing in a function that only refuses', () => {
    const source = `begin raise exception 'new.sku = % is recalled', new.sku; end`;
    expect(fieldsSetByTriggers([plpgsql(source)])).toEqual([]);
  });

  it('is not misled by a row written elsewhere', () => {
    const source = `begin insert into audit (id) values (new.id); return new; end`;
    expect(fieldsSetByTriggers([plpgsql(source)])).toEqual([]);
  });

  it('ignores comments and strings', () => {
    const source = `begin -- new.a := 1\n /* new.b := 2; */ perform ' new.c := 3 '; return new; end`;
    expect(fieldsSetByTriggers([plpgsql(source)])).toEqual([]);
  });

  it.each([
    ['new assigned as a whole', `begin new := f(new); return new; end`],
    ['new selected into', `begin select a, b into new.a, new.b from t; return new; end`],
    ['another row returned', `declare r t; begin r := new; r.a := 1; return r; end`],
    ['dynamic SQL', `begin execute 'x' using new; return new; end`],
  ])('gives up on %s', (_, source) => {
    expect(fieldsSetByTriggers([plpgsql(source)])).toBe('any');
  });

  it('gives up on other languages', () => {
    expect(fieldsSetByTriggers([{ language: 'c', source: 'tsvector_update_trigger' }])).toBe('any');
  });
});
