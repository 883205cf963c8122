// Changes as the stream tells them, made of plain objects.
import type {
  Change,
  ChangeOperation,
  ChangeOrigin,
  Gap,
  RecordValues,
  SnapshotMark,
} from '../../src/engine/changes/change.js';

type Values = Readonly<Record<string, string | null>>;

export interface ChangeWish {
  readonly table: string;
  readonly schema?: string;
  readonly key?: readonly string[];
  readonly keyBefore?: readonly string[];
  readonly after?: Values;
  readonly before?: Values;
  readonly changed?: readonly string[];
  readonly origin?: ChangeOrigin;
}

const toValues = (values: Values | undefined): RecordValues | undefined =>
  values && new Map(Object.entries(values));

/** Each entry is a transaction of its own, one after the other. `keys`: what the key of a table is, by default `id`. */
export function createChangeMaker() {
  let lsn = 0x1000n;
  const next = () => ({ epoch: 1, lsn: ++lsn, ordinal: 1 });
  const at = '2026-11-28T02:38:25.123456Z';

  function change(operation: ChangeOperation, wish: ChangeWish): Change {
    const after = toValues(wish.after);
    const before = toValues(wish.before);
    const key = wish.key ?? (operation === 'truncate' ? [] : [(after ?? before)?.get('id') ?? '']);
    const changed =
      wish.changed ??
      (operation === 'update' && after && before
        ? [...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name))
        : undefined);
    return {
      kind: 'change',
      position: next(),
      operation,
      table: { schema: wish.schema ?? 'public', table: wish.table },
      key,
      ...(wish.keyBefore === undefined ? {} : { keyBefore: wish.keyBefore }),
      ...(after === undefined ? {} : { after }),
      ...(before === undefined ? {} : { before }),
      ...(changed === undefined ? {} : { changed }),
      transaction: { id: '700', committedAt: at, origin: wish.origin ?? { kind: 'sql', id: '' } },
    };
  }

  return {
    change,
    gap: (reason: string): Gap => ({ kind: 'gap', position: next(), reason, at }),
    mark: (kind: SnapshotMark['kind'], table: string): SnapshotMark => ({
      kind,
      position: next(),
      table: { schema: 'public', table },
      at,
    }),
  };
}
