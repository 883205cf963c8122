// What a table looked like when triggers captured changes of it.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { TableName } from '../change.js';

export interface CapturedShape {
  readonly id: number;
  /** The table's number, or that of the partition the statement named. */
  readonly relation: number;
  readonly name: TableName;
  /** In the order of the values that are told. */
  readonly columns: readonly CapturedColumn[];
  /** How many values a row has. */
  readonly width: number;
  /** Places of values that triggers don't see: of columns that are computed when they are read. */
  readonly left: ReadonlySet<number>;
}

export interface CapturedColumn {
  readonly name: string;
  /** Its oid. */
  readonly type: number;
  readonly modifier: number;
  /** Its place in the key, from 1; 0: no part of it. */
  readonly key: number;
}

/** Those of the ids that there are. */
export async function listCapturedShapes(
  db: Queryable,
  ids: readonly number[],
): Promise<readonly CapturedShape[]> {
  const { rows } = await db.query<ShapeRow & Record<string, unknown>>(
    `select id::float8 as id, relation::int8::float8 as relation, shape from dovetail.outbox_shapes where id = any ($1::int8[])`,
    [ids],
  );
  return rows.map(toShape);
}

interface ShapeRow {
  readonly id: number;
  readonly relation: number;
  readonly shape: {
    readonly schema: string;
    readonly table: string;
    readonly columns: readonly {
      readonly name: string;
      readonly type: number;
      readonly modifier: number;
      readonly key?: number;
      readonly virtual?: boolean;
    }[];
  };
}

function toShape({ id, relation, shape }: ShapeRow): CapturedShape {
  const { schema, table, columns } = shape;
  return {
    id,
    relation,
    name: { schema, table },
    columns: columns
      .filter((column) => column.virtual !== true)
      .map(({ name, type, modifier, key }) => ({ name, type, modifier, key: key ?? 0 })),
    width: columns.length,
    left: new Set(columns.flatMap((column, place) => (column.virtual === true ? [place] : []))),
  };
}

export interface ShapeReader {
  /** Throws where one of them is not there. */
  read(db: Queryable, ids: readonly number[]): Promise<ReadonlyMap<number, CapturedShape>>;
}

/** Shapes are few; past these they are forgotten and read again. */
const MOST_SHAPES = 10_000;

export function createShapeReader(): ShapeReader {
  let known = new Map<number, CapturedShape>();
  return {
    async read(db, ids) {
      const missing = [...new Set(ids)].filter((id) => !known.has(id));
      if (missing.length > 0) {
        if (known.size > MOST_SHAPES) known = new Map();
        const wanted = known.size === 0 ? [...new Set(ids)] : missing;
        for (const shape of await listCapturedShapes(db, wanted)) known.set(shape.id, shape);
        const lost = wanted.find((id) => !known.has(id));
        if (lost !== undefined) throw new Error(`A captured change has a shape that is not there: ${lost}.`);
      }
      return known;
    },
  };
}
