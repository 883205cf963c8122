// What a change is to a subscriber: the record came, changed, went, or nothing that concerns them. What leaves their sight is told, never dropped.
import type { Change, RecordValues } from '../../../engine/changes/change.js';
import { CellFault } from '../../../engine/mapping/index.js';
import { toKeyText } from '../../../engine/records/read/index.js';
import { toCastText } from './cast-text.js';
import type { EntityView } from './entity-view.js';

/**
 * `created`, `updated`, `deleted`: the record was. `added`, `removed`: it came into what the subscriber sees, or left it. `snapshot`: its
 * state, read anew. `truncated`: all records of the table were deleted at once.
 */
export type Happening = 'created' | 'updated' | 'deleted' | 'added' | 'removed' | 'snapshot' | 'truncated';

export interface JudgedChange {
  readonly change: Change;
  readonly happening: Happening;
  /** The record's key as the API writes it; empty for `truncated`. */
  readonly id: string;
  /** Of a document: the values after the change. */
  readonly values?: RecordValues;
}

/** The database did not tell what the record was before, and so nobody knows whether it was in sight. */
export const UNKNOWN = 'unknown';

const COUNTS_AS = {
  created: 'created',
  added: 'created',
  updated: 'updated',
  deleted: 'deleted',
  removed: 'deleted',
  truncated: 'deleted',
} as const;

/** In order; none where it doesn't concern the subscriber. Two where the record got another key. */
export function judgeChange(view: EntityView, change: Change): readonly JudgedChange[] | typeof UNKNOWN {
  const told = judge(view, change);
  if (told === UNKNOWN) return UNKNOWN;
  return told.filter(
    ({ happening }) => happening === 'snapshot' || view.operations.has(COUNTS_AS[happening]),
  );
}

function judge(view: EntityView, change: Change): readonly JudgedChange[] | typeof UNKNOWN {
  const { operation, after, before, key, keyBefore } = change;
  if (operation === 'truncate') return [{ change, happening: 'truncated', id: '' }];
  if (operation === 'delete') {
    const was = isSeen(view, before, change);
    if (was === UNKNOWN) return UNKNOWN;
    return was ? [{ change, happening: 'deleted', id: toId(view, key, before) }] : [];
  }
  const values = after!;
  const id = toId(view, key, values);
  const is = isSeen(view, values, change, before);
  if (is === UNKNOWN) return UNKNOWN;
  const now = (happening: Happening): readonly JudgedChange[] => [{ change, happening, id, values }];
  if (operation !== 'update') return is ? now(operation === 'insert' ? 'created' : 'snapshot') : [];
  const was = wasSeen(view, change, is);
  if (was === UNKNOWN) return UNKNOWN;
  const idBefore = keyBefore === undefined ? id : toId(view, keyBefore, before);
  const gone: readonly JudgedChange[] = [{ change, happening: 'removed', id: idBefore }];
  if (idBefore !== id) return [...(was ? gone : []), ...(is ? now('added') : [])];
  if (was && !is) return gone;
  if (!was && is) return now('added');
  return is && concerns(view, change) ? now('updated') : [];
}

const concerns = ({ watched }: EntityView, { changed }: Change): boolean =>
  watched === undefined || changed === undefined || changed.some((column) => watched.has(column));

function wasSeen(view: EntityView, change: Change, is: boolean): boolean | typeof UNKNOWN {
  const { deciding } = view;
  if (deciding.length === 0) return true;
  const { changed } = change;
  // What decides did not change: no need to know what it was.
  if (changed !== undefined && !deciding.some((column) => changed.includes(column))) return is;
  return isSeen(view, change.before, change, changed === undefined ? undefined : change.after);
}

/** `others`: where a value is that is missing in `values`, since it did not change. */
function isSeen(
  { entity, rule, filter, deciding, key }: EntityView,
  values: RecordValues | undefined,
  change: Change,
  others?: RecordValues,
): boolean | typeof UNKNOWN {
  if (deciding.length === 0) return true;
  const keyOf = values === change.after ? change.key : (change.keyBefore ?? change.key);
  const find = (column: string): string | null | undefined => {
    const text = findText(column);
    const field = text == null ? undefined : entity.fields.find(({ name }) => name === column);
    return field === undefined ? text : toCastText(field, text!);
  };
  const findText = (column: string): string | null | undefined => {
    const told = values?.get(column) ?? (values?.has(column) ? null : undefined);
    if (told !== undefined) return told;
    const at = key.findIndex(({ name }) => name === column);
    return at >= 0 ? keyOf[at] : others?.get(column);
  };
  const found = deciding.map(find);
  if (found.includes(undefined)) return UNKNOWN;
  if (rule !== undefined) {
    const value = find(rule.column);
    if (value === null || !rule.values.has(value!)) return false;
  }
  if (filter === undefined) return true;
  const row = Object.fromEntries(filter.columns.map((column) => [column, find(column) ?? '']));
  try {
    const result = filter.run(row, '');
    return typeof result === 'object' && result?.json === 'true';
  } catch (error) {
    // What can't be computed, such as the number of a blank text, doesn't hold.
    if (error instanceof CellFault) return false;
    throw error;
  }
}

function toId({ key }: EntityView, told: readonly string[], values: RecordValues | undefined): string {
  return toKeyText(key.map((field, i) => toCastText(field, values?.get(field.name) ?? told[i] ?? '')));
}
