import { describe, expect, it } from 'vitest';
import { toStatements } from './sql-script.js';

describe('cutting a script into statements', () => {
  it('cuts at semicolons, and leaves out what is only comments', () => {
    expect(toStatements('-- first\nselect 1;\n\n;; /* nothing */ select 2 -- tail\n; -- end')).toEqual([
      'select 1',
      'select 2 -- tail',
    ]);
  });

  it.each([
    [`select 'a;b''c;'`],
    [`select E'it\\'s;'`],
    ['select "a;b"'],
    ['select $$ ; $$ || $tag$ ; $$ ; $tag$'],
    ['select 1 /* ; /* ; */ ; */ + 1'],
    ['select 1 -- ;\n + 1'],
    ['create function f() returns int begin atomic select case when true then 1 end; select 2; end'],
    ['select $1; select 2'.split(';')[0]!],
  ])('does not cut inside %s', (statement) => {
    expect(toStatements(`${statement};\nselect 2;`)).toEqual([statement, 'select 2']);
  });

  it('takes a name with a dollar sign for a name', () => {
    expect(toStatements('select a$b$c; select 2')).toEqual(['select a$b$c', 'select 2']);
  });
});
