// The shapes of tables that this process has met. They never change, so they are read once.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { StreamEntry, TableName } from '../change.js';
import { changesError } from '../changes-errors.js';
import { formatPosition, type Position } from '../position.js';
import type { Block } from './block-format.js';
import { readBlock } from './read-block.js';
import { listShapes, type TableShape } from './table-shape.js';

export interface ShapeCache {
  /** Entries of a block after `after`: of `tables` only, if some are named. */
  readEntries(block: Block, after: Position, tables?: readonly TableName[]): Promise<readonly StreamEntry[]>;
}

export function createShapeCache(db: Queryable): ShapeCache {
  const known = new Map<number, TableShape>();
  return {
    async readEntries(block, after, tables) {
      const isAsked = toTableTest(tables);
      for (;;) {
        const missing = new Set<number>();
        const shapes = {
          find: (id: number) => known.get(id),
          wants(id: number) {
            const shape = known.get(id);
            if (shape === undefined) missing.add(id);
            return shape !== undefined && isAsked(shape.name);
          },
        };
        const entries = [...readBlock(block, after, shapes)];
        if (missing.size === 0) return entries;
        for (const shape of await listShapes(db, [...missing])) known.set(shape.id, shape);
        const lost = [...missing].find((id) => !known.has(id));
        if (lost !== undefined) {
          throw changesError(109, {
            detail: `The block of the change log that ends at ${formatPosition(block)} names the shape ${lost} of a table, which is gone.`,
          });
        }
      }
    },
  };
}

function toTableTest(tables: readonly TableName[] | undefined): (table: TableName) => boolean {
  if (tables === undefined) return () => true;
  const names = new Set(tables.map(({ schema, table }) => `${schema}\0${table}`));
  return ({ schema, table }) => names.has(`${schema}\0${table}`);
}
