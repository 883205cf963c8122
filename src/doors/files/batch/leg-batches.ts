// The rows of a leg as cells of its fields: as they were put down when the document came, with keys in place of local ids. A line is
// an object: `o` its place in the body, `c0`, `c1` … the values of fields, `l3` the local id that stands for the key which begins at
// field 3, `e` what is wrong with it.

import type { Entity } from '../../../engine/catalog/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import { drawKeys } from '../../../engine/records/index.js';
import { fromKeyText } from '../../../engine/records/read/index.js';
import { Cell, type CellBatch, cellText, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { BatchLeg } from '../import/import-settings.js';
import type { BatchShape } from '../import/read-chunks.js';
import { readKeysAt, readKeysOf } from './locals-store.js';

export interface LegRooms {
  readonly database: Queryable;
  readonly runId: string;
  readonly entity: Entity;
}

/** Values of fields stay as they came, whatever they are. */
export const legFormatOptions = ({ fields }: Pick<BatchLeg, 'fields'>): FormatOptions => ({
  encoding: 'utf-8',
  whole: ['e', ...fields.map((_, i) => `c${i}`)],
});

export const shapeLeg = (rooms: LegRooms, leg: BatchLeg): BatchShape =>
  async function* shape(found) {
    for await (const batch of found) yield shapeBatch(rooms, leg, batch);
  };

async function shapeBatch(rooms: LegRooms, leg: BatchLeg, batch: CellBatch): Promise<CellBatch> {
  const { fields, source, rowsBefore } = leg;
  const width = fields.length;
  const at = new Map(batch.columns.map((name, i) => [name, i]));
  const places = readPlaces(batch, at.get('o')!);
  const filled = await fillKeys(rooms, leg, batch, at, places);
  const texts = new TextBuffer(batch.bytes);
  const start = new Uint32Array(batch.rows * width);
  const end = new Uint32Array(batch.rows * width);
  const kind = new Uint8Array(batch.rows * width);
  for (const [c, { key }] of fields.entries()) {
    const column = at.get(`c${c}`);
    const keys = filled.keys[c];
    for (let r = 0; r < batch.rows; r++) {
      const to = r * width + c;
      const given = keys?.[r];
      if (given !== undefined) {
        kind[to] = Cell.text;
        [start[to], end[to]] = texts.put(fromKeyText(given, key!.parts)?.[key!.part] ?? given);
      } else if (column !== undefined) {
        const from = r * batch.columns.length + column;
        kind[to] = batch.kind[from]!;
        start[to] = batch.start[from]!;
        end[to] = batch.end[from]!;
      }
    }
  }
  return {
    ...batch,
    columns: source.columns,
    firstRow: batch.firstRow + rowsBefore,
    lines: places,
    bytes: texts.take(),
    start,
    end,
    kind,
    problems: listProblems(leg, batch, at, filled),
    ...(filled.passed === undefined ? {} : { passed: filled.passed }),
  };
}

interface FilledKeys {
  /** By field and row; absent where no local id stands. */
  readonly keys: readonly ((string | undefined)[] | undefined)[];
  /** By row: a local id that leads to nothing, and for which field. */
  readonly lost: ReadonlyMap<number, { readonly lid: string; readonly field: number }>;
  readonly passed?: Uint8Array;
}

async function fillKeys(
  { database, runId, entity }: LegRooms,
  { fields, keyDrawn, kind }: BatchLeg,
  batch: CellBatch,
  at: ReadonlyMap<string, number>,
  places: Uint32Array,
): Promise<FilledKeys> {
  const keys: ((string | undefined)[] | undefined)[] = fields.map(() => undefined);
  const lost = new Map<number, { readonly lid: string; readonly field: number }>();
  let passed: Uint8Array | undefined;
  if (keyDrawn) keys[0] = [...(await drawKeys(database, entity, batch.rows))];
  if (kind === 'late') {
    const own = await readKeysAt(database, runId, Array.from(places));
    const found = Array.from(places, (place) => own.get(place));
    // A record that was not written has nothing to be set, and its error was told.
    passed = Uint8Array.from(found, (key) => (key === undefined ? 1 : 0));
    for (const [c, field] of fields.entries()) if (field.own) keys[c] = found;
  }
  for (const [c, { local, key }] of fields.entries()) {
    const column = local === undefined ? undefined : at.get(`l${c}`);
    if (local === undefined || column === undefined) continue;
    const lids = Array.from({ length: batch.rows }, (_, r) => cellText(batch, r, column) ?? undefined);
    const wanted = [...new Set(lids.filter((lid) => lid !== undefined))];
    const known = await readKeysOf(database, runId, local, wanted);
    for (const [r, lid] of lids.entries())
      if (lid !== undefined && !known.has(lid) && passed?.[r] !== 1 && !lost.has(r))
        lost.set(r, { lid, field: c });
    const found = lids.map((lid) => (lid === undefined ? undefined : known.get(lid)));
    for (let part = 0; part < key!.parts; part++) keys[c + part] = found;
  }
  return { keys, lost, ...(passed === undefined ? {} : { passed }) };
}

/** Of a record that was refused as it was sent. */
const MEND = 'Mend the record as the message says, and send it again.';

function listProblems(
  leg: BatchLeg,
  batch: CellBatch,
  at: ReadonlyMap<string, number>,
  { lost, passed }: FilledKeys,
): readonly RowProblem[] {
  const errors = at.get('e');
  const problems: RowProblem[] = [];
  for (let index = 0; index < batch.rows; index++) {
    if (passed?.[index] === 1) continue;
    const said = errors === undefined ? null : cellText(batch, index, errors);
    if (said !== null) {
      const [code, message, column] = JSON.parse(said) as [string, string, string];
      problems.push({ index, code, message, column, hint: MEND });
    }
    const missing = lost.get(index);
    if (missing === undefined) continue;
    const field = leg.fields[missing.field]!;
    problems.push({
      index,
      code: 'FILES-171',
      message: `No record of the batch that was written has the type ${field.local} and the local id '${missing.lid}'.`,
      hint: 'Look whether it is in the batch, and whether it failed.',
      column: leg.source.columns[missing.field]!,
      field: field.path.join('.'),
    });
  }
  return problems;
}

function readPlaces(batch: CellBatch, column: number): Uint32Array {
  const places = new Uint32Array(batch.rows);
  for (let r = 0; r < batch.rows; r++) places[r] = Number(cellText(batch, r, column));
  return places;
}

/** The bytes of a batch with texts behind them. */
class TextBuffer {
  readonly #before: Buffer;
  readonly #texts: Buffer[] = [];
  #size: number;

  constructor(before: Buffer) {
    this.#before = before;
    this.#size = before.length;
  }

  put(text: string): readonly [start: number, end: number] {
    const bytes = Buffer.from(text, 'utf8');
    this.#texts.push(bytes);
    this.#size += bytes.length;
    return [this.#size - bytes.length, this.#size];
  }

  take(): Buffer {
    return this.#texts.length === 0 ? this.#before : Buffer.concat([this.#before, ...this.#texts]);
  }
}
