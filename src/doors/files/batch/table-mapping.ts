// A table whose columns are fields, each known by its name: nothing is guessed for somebody who is not there to be asked.

import type { Entity } from '../../../engine/catalog/index.js';
import { type Mapping, toPathText } from '../../../engine/mapping/index.js';
import { drawKeys } from '../../../engine/records/index.js';
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { MadeMapping } from '../import/prepare-import.js';
import type { BatchShape } from '../import/read-chunks.js';
import type { TableBinding } from './batch-calls.js';

/** The column, behind those of the source, of the keys that are drawn. */
const KEY_COLUMN = 'dovetail:drawn-key';

/** `bind`: which field each column is. */
export const toTableMapping =
  (entity: string, bind: (columns: readonly string[]) => TableBinding) =>
  (columns: readonly string[]): MadeMapping => {
    const { fields, strategy, identity, keyDrawn } = bind(columns);
    const named = fields.map(({ column, path }) => ({ column, field: toPathText(path) }));
    const key = keyDrawn ? [{ column: KEY_COLUMN, field: toPathText([identity[0]!]) }] : [];
    const mapping: Mapping = {
      entity,
      strategy,
      ...(identity.length === 0 ? {} : { identity }),
      fields: [...named, ...key],
    };
    return {
      mapping,
      columns: [
        ...(columns.length === 0 ? fields.map(({ column }) => column) : columns),
        ...key.map(({ column }) => column),
      ],
      batch: keyDrawn ? { keyDrawn } : {},
    };
  };

/** Puts a new key into the last of the columns of each row. */
export const shapeWithKeys = (db: Queryable, entity: Entity, columns: readonly string[]): BatchShape =>
  async function* shape(found) {
    for await (const batch of found) yield withKeys(batch, columns, await drawKeys(db, entity, batch.rows));
  };

function withKeys(batch: CellBatch, columns: readonly string[], keys: readonly string[]): CellBatch {
  const [before, width] = [batch.columns.length, columns.length];
  const start = new Uint32Array(batch.rows * width);
  const end = new Uint32Array(batch.rows * width);
  const kind = new Uint8Array(batch.rows * width);
  const texts = Buffer.from(keys.join(''), 'utf8');
  for (let row = 0, at = batch.bytes.length; row < batch.rows; row++) {
    const [from, to] = [row * before, row * width];
    // A source that shows its columns bit by bit has fewer at first.
    start.set(batch.start.subarray(from, from + before), to);
    end.set(batch.end.subarray(from, from + before), to);
    kind.set(batch.kind.subarray(from, from + before), to);
    const last = to + width - 1;
    kind[last] = Cell.text;
    start[last] = at;
    at += Buffer.byteLength(keys[row]!);
    end[last] = at;
  }
  return { ...batch, columns, start, end, kind, bytes: Buffer.concat([batch.bytes, texts]) };
}
