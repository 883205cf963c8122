// JSON and NDJSON: what becomes of records of every shape, and what a broken one costs.
import { describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { ABSENT, detectAndRead, inChunks, NULL, readTable, type Table } from './read-table.js';

const json = (text: string, options?: FormatOptions): Promise<Table> =>
  readTable('json', Buffer.from(text), options);
const ndjson = (text: string): Promise<Table> => readTable('ndjson', Buffer.from(text));

describe('records', () => {
  it('keep numbers as they are written', async () => {
    const table = await json('[{"a":12345678901234567890,"b":1.10,"c":-0.0e+5,"d":1E400}]');
    expect(table.rows).toEqual([['json:12345678901234567890', 'json:1.10', 'json:-0.0e+5', 'json:1E400']]);
  });

  it('become columns: nested objects dotted, arrays and empty objects as JSON', async () => {
    const table = await json(
      '[{"id":1,"brand":{"name":"A","at":{"city":"B"}},"tags":["x", {"y":1}],"none":{},"nil":null,"yes":true}]',
    );
    expect(table.columns).toEqual(['id', 'brand.name', 'brand.at.city', 'tags', 'none', 'nil', 'yes']);
    expect(table.rows).toEqual([['json:1', 'A', 'B', 'json:["x", {"y":1}]', 'json:{}', NULL, 'json:true']]);
  });

  it('may each have other keys: columns grow in order of appearance, what lacks is absent', async () => {
    const table = await json('[{"a":1},{"b":2},{"c":{"d":3}},{"a":4,"b":5}]');
    expect(table.columns).toEqual(['a', 'b', 'c.d']);
    expect(table.rows).toEqual([
      ['json:1', ABSENT, ABSENT],
      [ABSENT, 'json:2', ABSENT],
      [ABSENT, ABSENT, 'json:3'],
      ['json:4', 'json:5', ABSENT],
    ]);
  });

  it('have escapes resolved, pairs of surrogates included', async () => {
    const table = await json(String.raw`[{"t":"a\"b\\c\/d\b\f\n\r\té漢🦆","k":"plain"}]`);
    expect(table.rows).toEqual([['a"b\\c/d\b\f\n\r\té漢🦆', 'plain']]);
    expect(table.columns).toEqual(['t', 'k']);
  });

  it('tell null, the empty text and a missing key apart', async () => {
    const table = await json('[{"a":null,"b":"","c":1},{"c":2}]');
    expect(table.rows).toEqual([
      [NULL, '', 'json:1'],
      [ABSENT, ABSENT, 'json:2'],
    ]);
  });

  it('take the last of repeated keys', async () => {
    expect((await json('[{"a":"first\\n","b":1,"a":"last"}]')).rows).toEqual([['last', 'json:1']]);
  });

  it('may have a key __proto__, which harms nothing', async () => {
    const table = await json('[{"__proto__":{"polluted":"x"},"constructor":1}]');
    expect(table.columns).toEqual(['__proto__.polluted', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('that hold what PostgreSQL cannot store are reported by column', async () => {
    const table = await json('[{"a":"x\\u0000y"},{"a":"\\ud800"},{"a":"fine"}]');
    expect(table.problems.map(({ record, code }) => [record, code])).toEqual([
      [1, 'FORMATS-206'],
      [2, 'FORMATS-205'],
    ]);
    expect(table.rows).toEqual([['x?y'], ['?'], ['fine']]);
  });

  it('that are no objects are reported, the others stay', async () => {
    const table = await json('[{"a":1},5,"x",[1],null,{"a":2}]');
    expect(table.problems.map(({ record, code }) => [record, code])).toEqual(
      [2, 3, 4, 5].map((n) => [n, 'FORMATS-212']),
    );
    expect(table.rows[5]).toEqual(['json:2']);
  });
});

describe('a JSON document', () => {
  it('may hold its records under a path; all else is passed over', async () => {
    const text =
      '{"meta":{"data":[1,"]}"]},"page":7,"x":{"y":{}, "data":[{"a":1},{"a":2}],"z":[{}]},"end":"}"}';
    expect((await json(text, { path: 'x.data' })).rows).toEqual([['json:1'], ['json:2']]);
  });

  it('gives the line of each record', async () => {
    expect((await json('[\n{"a":\n1},\n\n{"a":2}\n]\n')).lines).toEqual([2, 5]);
  });

  it('that breaks off yields what was whole and then names the line', async () => {
    const rows: number[] = [];
    const { readFormat } = await import('../../src/engine/formats/index.js');
    const read = async () => {
      const bytes = inChunks(Buffer.from('[{"a":1},\n{"a":2},\n{"a":'), 5);
      for await (const batch of readFormat('json').read({ bytes, options: {} })) rows.push(batch.rows);
    };
    await expect(read()).rejects.toMatchObject({ code: 'FORMATS-112', pointer: { line: 3 } });
    expect(rows).toEqual([2]);
  });

  it.each([
    ['[{"a":1}', 'a missing bracket'],
    ['[{"a":1}] x', 'something behind the end'],
    ['[{"a":1},]', 'a comma too many'],
    ['[{"a":01}]', 'a number with a leading zero'],
    ['[{"a":1 "b":2}]', 'a missing comma'],
    ["[{'a':1}]", 'single quotes'],
    ['[{"a":tru}]', 'an unknown word'],
    ['[{"a":"\\x"}]', 'an unknown escape'],
    ['[{"a":"x\ny"}]', 'a line break in a string'],
    ['{"data":[{"a":1}]', 'an unclosed object around the records'],
  ])('%s is refused: %s', async (text) => {
    const options = text.startsWith('{') ? { path: 'data' } : {};
    await expect(json(text, options)).rejects.toMatchObject({
      code: 'FORMATS-112',
      pointer: { line: expect.any(Number) },
    });
  });

  it('without records under the path says so', async () => {
    await expect(json('{"a":{"b":1}}', { path: 'a.c' })).rejects.toMatchObject({ code: 'FORMATS-113' });
    await expect(json('{"a":5}', { path: 'a' })).rejects.toMatchObject({ code: 'FORMATS-113' });
  });

  it('nested deeper than 64 is refused', async () => {
    await expect(json(`[{"a":${'['.repeat(64)}${']'.repeat(64)}}]`)).rejects.toMatchObject({
      code: 'FORMATS-112',
    });
    expect((await json(`[{"a":${'['.repeat(60)}${']'.repeat(60)}}]`)).rows).toHaveLength(1);
  });

  it('with more than 10,000 different keys is refused', async () => {
    const text = `[${Array.from({ length: 10_001 }, (_, i) => `{"k${i}":1}`).join(',')}]`;
    await expect(json(text)).rejects.toMatchObject({ code: 'FORMATS-110' });
  });

  it('is read the same wherever its bytes are cut', async () => {
    const text =
      '{ "n" : -1.5e3 , "rows": [\r\n {"a" : "é\\n\\u00e9🦆", "b":{"c":[true,false]}} ,\n{"d":0,"a":null} ]\n, "z": "]" } ';
    const bytes = Buffer.from(text);
    const expected = await readTable('json', bytes, { path: 'rows' });
    expect(expected.rows).toHaveLength(2);
    for (let size = 1; size < bytes.length; size++) {
      expect(await readTable('json', inChunks(bytes, size), { path: 'rows' }), `chunks of ${size}`).toEqual(
        expected,
      );
    }
  });

  it('of several slabs gives every record once, with its line', async () => {
    const records = Array.from({ length: 30_000 }, (_, i) => ({
      id: i,
      text: `${'é'.repeat(i % 50)}\n`,
      deep: { x: `"${i}"` },
    }));
    const bytes = Buffer.from(`[\n${records.map((record) => JSON.stringify(record)).join(',\n')}\n]`);
    for (const size of [7_001, 262_144]) {
      const table = await readTable('json', inChunks(bytes, size));
      expect(table.rows.map(([id, text, x]) => ({ id: Number(id!.slice(5)), text, deep: { x } }))).toEqual(
        records,
      );
      expect(table.lines).toEqual(records.map((_, i) => i + 2));
    }
  });
});

describe('NDJSON', () => {
  it('loses a broken line and nothing else', async () => {
    const table = await ndjson('{"a":1}\n{"a":\n\n{"a":2} x\r\n[1]\n{"a":"ä\\u00"}\n{"a":3}');
    expect(table.rows).toEqual([['json:1'], [ABSENT], [ABSENT], [ABSENT], [ABSENT], ['json:3']]);
    expect(table.problems.map(({ line, code }) => [line, code])).toEqual([
      [2, 'FORMATS-211'],
      [4, 'FORMATS-211'],
      [5, 'FORMATS-212'],
      [6, 'FORMATS-211'],
    ]);
  });

  it('passes over a line longer than 16 MB, holding no more of it than that', async () => {
    const long = `{"a":"${'x'.repeat(17 * 1024 * 1024)}"}`;
    const table = await readTable('ndjson', inChunks(Buffer.from(`{"a":1}\n${long}\n{"a":2}\n`), 1 << 18));
    expect(table.rows).toEqual([['json:1'], [ABSENT], ['json:2']]);
    expect(table.problems).toMatchObject([{ record: 2, line: 2, code: 'FORMATS-211' }]);
    expect(table.lines).toEqual([1, 2, 3]);
  });
});

describe('detection', () => {
  it.each([
    ['[{"a":1}]', 'json', 1],
    ['{"total":1,"items":[{"a":1},{"a":2}]}', 'json', 2],
    ['{"links":[{"href":"x"}],"data":[{"a":1}]}', 'json', 1],
    ['{"a":1}\n{"a":2}\n', 'ndjson', 2],
    ['{"a":1,\n"b":2}', 'json', 1],
    ['[]', 'json', 0],
    ['\ufeff [ {"a":1} ]', 'json', 1],
    ['{\n "a": 1\n}\n{\n "a": 2\n}\n', 'json', 2],
  ])('%s is %s', async (text, format, rows) => {
    const table = await detectAndRead(Buffer.from(text), 'file');
    expect([table.says[0], table.rows.length]).toEqual([format, rows]);
  });

  it('refuses an array of anything but objects', async () => {
    await expect(detectAndRead(Buffer.from('[[1,2],[3,4]]'), 'x.json')).rejects.toMatchObject({
      code: 'FORMATS-113',
    });
  });

  it('leaves text that only begins like JSON to CSV', async () => {
    const table = await detectAndRead(Buffer.from('[id],[name]\n1,x\n'), 'x.csv');
    expect([table.says[0], table.columns]).toEqual(['csv', ['[id]', '[name]']]);
  });
});
