import { expect, it } from 'vitest';
import { splitDump } from './dump-splitter.js';

const split = (dump: string) => [...splitDump(dump)];

it('keeps statements together up to a COPY, and gives its data as they are', () => {
  expect(
    split("create table a (x text);\nselect 1;\nCOPY a (x) FROM stdin;\none\\ttwo\n;--'\n\\.\n\nselect 2;\n"),
  ).toEqual([
    { sql: 'create table a (x text);\nselect 1;' },
    { sql: '\nCOPY a (x) FROM stdin;', data: "one\\ttwo\n;--'\n" },
    { sql: '\n\nselect 2;\n' },
  ]);
});

it('takes a COPY without rows', () => {
  expect(split("copy a from stdin with delimiter '|';\n\\.\n")[0]).toMatchObject({ data: '' });
});

it('is not misled by semicolons in strings, names, bodies and comments', () => {
  const one = `insert into "a;b" values ('it''s; \\', E'\\';', $$;$$, $x$ copy a from stdin; $$ $x$) -- ;copy b from stdin;\n /* ; */;`;
  expect(split(`${one}\ncopy c from stdin;\n1\n\\.\n`).map((part) => part.sql.trim())).toEqual([
    one,
    'copy c from stdin;',
  ]);
});

it('passes over meta-commands and changes of owner', () => {
  expect(
    split("\\connect x\nselect 1;\n  \\echo it's;\nalter table a owner to b;\nselect 2;").map((part) =>
      part.sql.replace(/\s+/g, ' '),
    ),
  ).toEqual([' select 1; select 2;']);
});

it('says when the data of a COPY has no end', () => {
  expect(() => split('copy a from stdin;\n1\n')).toThrow(/No end of data/);
});
