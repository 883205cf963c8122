// Records that belong to a record which itself waits for one further down the same source: they wait with it.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createUndoFixture, type UndoFixture } from '../undo/undo-fixture.js';
import { countsOf, toCall } from './import-fixture.js';

let at: UndoFixture;
beforeAll(async () => {
  at = await createUndoFixture(`
    create table node (id bigint generated always as identity primary key, code text not null unique,
      label text check (label <> 'bad'), parent_id bigint references node);
    create table note (id bigint generated always as identity primary key, node_id bigint not null references node,
      position int not null, body text not null check (body <> 'forbidden'), rank int, unique (node_id, position))`);
});
beforeEach(() => at.run('truncate node, note restart identity cascade'));
afterAll(() => at.drop());

const MAPPING = `
entity: node
fields:
  - { field: code, column: Code }
  - { field: label, column: Label }
  - { field: parent.code, column: Parent }
many:
  note:
    missing: delete
    fields:
      - { field: position, from: n }
      - { field: body, column: "Note {n}" }
      - { field: rank, column: "Rank {n}" }
`;
const HEAD = 'Code,Label,Parent,Note 1,Rank 1,Note 2,Rank 2\n';
const TREE = `${HEAD}leaf,L,twig,l1,1,l2,\ntwig,T,root,,,t2,\nroot,R,,r1,,,\n`;
const load = async (source: string, wish: Parameters<UndoFixture['import']>[2] = {}) =>
  at.import('node', source, { mapping: await at.write('mapping.yaml', MAPPING), ...wish });
const notes = () =>
  at.rows('select code, position, body, rank from note join node on node.id = node_id order by 1, 2');
const WRITTEN = [
  ['leaf', '1', 'l1', '1'],
  ['leaf', '2', 'l2', null],
  ['root', '1', 'r1', null],
  ['twig', '2', 't2', null],
];

describe('records that belong to a record which waits', () => {
  it.each([1, 2, 20_000])('follow it into the database, in chunks of %i rows', async (chunkRows) => {
    const report = await load(TREE, { chunkRows });
    expect(report.errors).toEqual([]);
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
    expect(report.parts).toEqual({ note: { added: 4, updated: 0, unchanged: 0, deleted: 0, failed: 0 } });
    expect(await notes()).toEqual(WRITTEN);
    const again = await load(TREE, { chunkRows });
    expect(countsOf(again)).toEqual({ read: 3, unchanged: 3 });
    expect(again.parts!['note']).toMatchObject({ unchanged: 4, added: 0, deleted: 0 });
    expect(await at.rows('select count(*) from dovetail.run_postponed')).toEqual([['0']]);
  });

  it.each([1, 20_000])('follow a circle too, in chunks of %i rows', async (chunkRows) => {
    const report = await load(`${HEAD}a,,b,a1,,,\nb,,a,b1,,b2,\n`, { chunkRows });
    expect([report.errors, countsOf(report)]).toEqual([[], { read: 2, added: 2 }]);
    expect((await notes()).map(([code, , body]) => [code, body])).toEqual([
      ['a', 'a1'],
      ['b', 'b1'],
      ['b', 'b2'],
    ]);
  });

  it('are gone with it, without a word of their own, if it is lost', async () => {
    const report = await load(`${HEAD}a,A,nowhere,1,x,2,\nb,bad,c,1,,,\nc,C,,c1,,,\n`, { chunkRows: 1 });
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    expect((await at.issues(report)).map(({ line, field }) => [line, field])).toEqual([
      [2, 'parent.code'],
      [3, 'label'],
    ]);
    expect(await notes()).toEqual([['c', '1', 'c1', null]]);
    const failed = await readFile(report.failedRows!.file, 'utf8');
    expect(failed).toContain('a,A,nowhere,1,x,2,,2,');
  });

  it('cost only themselves where they are bad, told by line and column, with the row to mend', async () => {
    const report = await load(`${HEAD}leaf,L,root,l1,x,l2,\ntwig,T,root,t1,,forbidden,\nroot,R,,r1,,,\n`);
    expect(countsOf(report)).toEqual({ read: 3, added: 3, failed: 2 });
    expect(report.parts!['note']).toMatchObject({ added: 3, failed: 2 });
    const issues = await at.issues(report);
    expect(issues.map(({ row, line, code, column, value }) => [row, line, code, column, value])).toEqual([
      [1, 2, 'RECORDS-201', 'Rank 1', 'x'],
      [2, 3, 'RECORDS-308', 'Note 2', 'forbidden'],
    ]);
    const failed = await readFile(report.failedRows!.file, 'utf8');
    expect(failed).toContain('leaf,L,root,l1,x,l2,,2,');
    expect(failed).toContain('twig,T,root,t1,,forbidden,,3,');
  });

  it('give way with it to a later row of the same record', async () => {
    const report = await load(`${HEAD}leaf,,root,old,,older,\nleaf,,,new,,,\nroot,,,,,,\n`, { chunkRows: 1 });
    expect(report.errors).toEqual([]);
    expect((await notes()).map(([code, , body]) => [code, body])).toEqual([['leaf', 'new']]);
  });

  it('are counted by a dry run as the import then writes them', async () => {
    const source = `${TREE}lost,X,nowhere,1,,2,\n`;
    for (const probe of [false, true]) {
      for (const chunkRows of [1, 20_000]) {
        const looked = await load(source, { dryRun: true, probe, chunkRows });
        expect(looked.parts).toEqual({
          note: { added: 4, updated: 0, unchanged: 0, deleted: 0, failed: 0 },
        });
        expect(countsOf(looked)).toEqual({ read: 4, added: 3, failed: 1 });
      }
    }
    expect(await notes()).toEqual([]);
  });

  it('are taken back by an undo', async () => {
    const report = await load(TREE, { chunkRows: 1 });
    expect((await at.undo(report)).state).toBe('completed');
    expect(await at.dump()).toEqual([]);
  });
});

describe('an import that was stopped while they wait', () => {
  it.each(['importing', 'resolving references'])(
    'goes on: none is lost or written twice (%s)',
    async (phase) => {
      const rows = Array.from({ length: 30 }, (_, i) => `n${i},,n${i + 1},a${i},,b${i},\n`);
      const source = `${HEAD}${rows.join('')}n30,,,,,,\n`;
      const stop = new AbortController();
      const stopped = await load(source, {
        chunkRows: 4,
        signal: stop.signal,
        onProgress: (progress) => {
          if (progress.phase === phase && progress.rows >= 8) stop.abort();
        },
      });
      expect(stopped).toMatchObject({ state: 'cancelled', resumable: true });
      expect(Number((await at.rows('select count(*) from note'))[0]![0])).toBeLessThan(60);
      const report = await at.files.resumeRun(stopped.run!, toCall({}));
      expect([report.errors, countsOf(report)]).toEqual([[], { read: 31, added: 31 }]);
      expect(report.parts!['note']).toMatchObject({ added: 60, updated: 0, unchanged: 0, failed: 0 });
      expect(await at.rows('select count(*) from note')).toEqual([['60']]);
    },
  );
});
