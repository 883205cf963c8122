// The suite every format passes: what the contract in table-format.ts promises, told as tests. For authors of formats.

import type { FormatOptions, ReadRequest, TableFormat } from '../engine/formats/table-format.js';
import { Cell, type CellBatch, cellText } from '../foundation/cells/cell-batch.js';
import { DovetailError } from '../foundation/errors/dovetail-error.js';

/** The part of a test runner the suite needs; vitest, jest and node:test with an `expect` fit. */
export interface SuiteRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void> | void): void;
  /** Throws unless both are deeply equal. */
  equal(actual: unknown, expected: unknown, message?: string): void;
}

export interface FormatSuite {
  readonly format: TableFormat;
  /** Options for writing and reading the suite's tables; default none. */
  readonly options?: FormatOptions;
  /** Sources with one bad record between good ones, where the format can go on; the good ones' count. */
  readonly broken?: readonly {
    readonly name: string;
    readonly source: Uint8Array | string;
    readonly good: number;
  }[];
  /** For a format that is only read (`writtenAs`): a source of these columns and rows, as another program would write it. */
  readonly write?: (
    columns: readonly string[],
    rows: readonly (readonly (string | null)[])[],
  ) => Promise<Uint8Array>;
  /** Texts the format has no way to write, such as control characters; the suite does without them. */
  readonly cannotHold?: RegExp;
  /** Sources that can't be read at all. */
  readonly unreadable?: readonly { readonly name: string; readonly source: Uint8Array | string }[];
}

type Value = string | null;

const COLUMNS = ['id', 'name', 'brand.name', 'note'];
const ALL_ROWS: readonly (readonly Value[])[] = [
  ['1', 'plain', 'A', null],
  ['2', '', 'empty name', 'x'],
  ['3', 'comma, semicolon; tab\t pipe |', 'quote " and \' and ""', 'line\nbreak\r\nand\rmore'],
  ['4', 'ünïcödé 漢字 🦆', ' blanks around ', '\\back\\slash\\'],
  ['5', '=1+1', '# no comment', 'null'],
  ['6', null, null, null],
  ['12345678901234567890', '1.10', '007', '\u0001\u007f'],
];

/** Runs the suite. Each failing promise is a failing test that names it. */
export function describeFormat(suite: FormatSuite, { describe, it, equal }: SuiteRunner): void {
  const { format } = suite;
  const options = suite.options ?? {};
  const ROWS = ALL_ROWS.map((row) =>
    row.map((value) => (value !== null && suite.cannotHold?.test(value) ? 'left out' : value)),
  );
  const writeAll = (rows: readonly (readonly Value[])[]): Promise<Uint8Array> =>
    suite.write ? suite.write(COLUMNS, rows) : writeWith(format, rows, options);

  describe(`the format ${format.name}`, () => {
    it('describes itself', () => {
      equal(/^[a-z][a-z0-9]*$/.test(format.name), true, 'the name is one lower-case word');
      equal(
        format.extensions.every((extension) => /^[a-z0-9]+$/.test(extension)),
        true,
        'extensions have no dot',
      );
      for (const option of format.describeOptions) equal(option.meaning.length > 10, true, option.name);
    });

    it('gives back the texts it wrote, NULL and the empty text apart', async () => {
      const table = await readAll(format, await writeAll(ROWS), options);
      equal(table.columns, COLUMNS);
      equal(table.rows, ROWS);
      equal(table.problems, 0);
    });

    it('recognises what it wrote, and reads it right with what it detected', async () => {
      const bytes = await writeAll(ROWS);
      const found = format.detect(bytes, { name: `x.${format.extensions[0]}`, whole: true, given: {} });
      const { file } = source(bytes, 1);
      const detection = found && format.inspect ? await format.inspect(file!, found, { given: {} }) : found;
      equal(detection?.format, format.name);
      equal((detection?.says.length ?? 0) > 0, true, 'it explains itself');
      const table = await readAll(format, bytes, detection!.options);
      equal(table.rows, ROWS);
    });

    it('keeps options plain, so that they can be saved with a run', async () => {
      const bytes = await writeAll(ROWS);
      const detection = format.detect(bytes, { whole: true, given: options });
      equal(JSON.parse(JSON.stringify(detection?.options)), detection?.options);
    });

    it('reads the same whatever the chunking', async () => {
      const bytes = await writeAll(ROWS);
      const expected = await readAll(format, bytes, options);
      for (const size of [1, 2, 3, 7, 64])
        equal(await readAll(format, bytes, options, size), expected, `chunks of ${size}`);
    });

    it('numbers records from 1, never yields more rows than asked for, and counts bytes upwards', async () => {
      const many = Array.from({ length: 25 }, (_, i) => [String(i), 'n', 'b', null]);
      const bytes = await writeAll(many);
      let next = 1;
      let counted = 0;
      for await (const batch of format.read({ ...source(bytes, 10), options, batchRows: 4 })) {
        equal(batch.firstRow, next);
        equal(batch.rows >= 1 && batch.rows <= 4, true, 'rows per batch');
        equal(batch.lines.length >= batch.rows, true, 'a line for each row');
        equal(batch.sourceBytes >= counted && batch.sourceBytes <= bytes.length, true, 'bytes counted');
        counted = batch.sourceBytes;
        next += batch.rows;
      }
      equal(next, 26);
      equal(counted > 0, true);
    });

    it('leaves a batch as it is while it reads on', async () => {
      const many = Array.from({ length: 30 }, (_, i) => [String(i), `"${i}"`, 'b', 'x\ny']);
      const kept: CellBatch[] = [];
      const bytes = await writeAll(many);
      for await (const batch of format.read({ ...source(bytes, 50), options, batchRows: 7 }))
        kept.push(batch);
      equal(kept.flatMap(toRows), many);
    });

    it('keeps one array of column names for as long as they stay the same', async () => {
      const many = Array.from({ length: 12 }, (_, i) => [String(i), 'n', 'b', 'c']);
      const seen = new Set<readonly string[]>();
      const bytes = await writeAll(many);
      for await (const batch of format.read({ ...source(bytes, 50), options, batchRows: 3 }))
        seen.add(batch.columns);
      equal(seen.size, 1);
    });

    it('yields nothing for an empty source and for a table without rows', async () => {
      equal((await readAll(format, Buffer.alloc(0), options)).rows, []);
      equal((await readAll(format, await writeAll([]), options)).rows, []);
    });

    for (const { name, source: text, good } of suite.broken ?? []) {
      it(`goes on after ${name}, and reports it with its line`, async () => {
        let rows = 0;
        const failed = new Set<number>();
        for await (const batch of format.read({ ...source(toBytes(text), 11), options })) {
          rows += batch.rows;
          for (const problem of batch.problems) {
            failed.add(batch.firstRow + problem.index);
            equal(/^[A-Z]+-\d+$/.test(problem.code), true, problem.code);
            equal(batch.lines[problem.index]! >= 1, true, 'a line');
          }
        }
        equal(rows - failed.size, good);
        equal(failed.size > 0, true);
      });
    }

    for (const { name, source: given } of suite.unreadable ?? []) {
      it(`refuses ${name} with an error that says what to do`, async () => {
        const outcome = await readAll(format, toBytes(given), options).catch((error: unknown) => error);
        equal(outcome instanceof DovetailError, true, String(outcome));
        equal(Boolean((outcome as DovetailError).hint), true, 'a hint');
      });
    }
  });
}

async function writeWith(
  format: TableFormat,
  rows: readonly (readonly Value[])[],
  options: FormatOptions,
): Promise<Buffer> {
  const writer = format.createWriter({ columns: COLUMNS, options });
  const half = Math.floor(rows.length / 2);
  const parts = [
    await writer.begin(),
    await writer.rows(rows.slice(0, half)),
    await writer.rows(rows.slice(half)),
    await writer.end(),
  ];
  return Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
}

function toBytes(source: Uint8Array | string): Uint8Array {
  return typeof source === 'string' ? Buffer.from(source) : source;
}

/** The bytes as a source: in chunks, and as a file. */
function source(bytes: Uint8Array, size: number): Pick<ReadRequest, 'bytes' | 'file'> {
  const read = async (position: number, length: number): Promise<Buffer> =>
    Buffer.from(bytes.subarray(position, position + length));
  return { bytes: chunks(bytes, size), file: { size: bytes.length, read } };
}

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

async function readAll(format: TableFormat, bytes: Uint8Array, options: FormatOptions, size = 65_536) {
  const rows: Value[][] = [];
  let columns: readonly string[] = [];
  let problems = 0;
  for await (const batch of format.read({ ...source(bytes, size), options })) {
    columns = batch.columns;
    problems += batch.problems.length;
    rows.push(...toRows(batch));
  }
  return { columns, rows, problems };
}

/** Cells as texts; null for what has none. The kinds empty, null and absent all come from NULL. */
function toRows(batch: CellBatch): Value[][] {
  return Array.from({ length: batch.rows }, (_, row) =>
    batch.columns.map((_name, column) => {
      const kind = batch.kind[row * batch.columns.length + column];
      return kind === Cell.text || kind === Cell.json ? cellText(batch, row, column) : null;
    }),
  );
}
