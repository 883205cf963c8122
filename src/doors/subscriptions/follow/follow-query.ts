// What a request for changes asks: from where, of what, how much, and how long it waits.
import { type Position, parsePosition } from '../../../engine/changes/position.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { FORMS, OPERATIONS, type Operation, type PayloadForm } from '../subscription.js';
import { subscriptionsError } from '../subscriptions-errors.js';

/** `start`: with the first that is kept. */
export type FollowStart = Position | Date | 'now' | 'start';

export interface FollowWish {
  readonly from: FollowStart;
  /** Entries of the stream that are read for one page. */
  readonly limit: number;
  /** Milliseconds that an empty answer is held back for. */
  readonly waitMs: number;
  /** By name or type; absent: all that the caller may see. */
  readonly entities?: readonly string[];
  readonly operations?: readonly Operation[];
  /** By entity or type. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly form: PayloadForm;
}

const NAMES = ['after', 'since', 'limit', 'wait', 'entities', 'operations', 'form'];
const LIMIT = 100;
export const MOST_LIMIT = 1_000;
export const MOST_WAIT_SECONDS = 30;

/** `lastEventId`: wins over `after` and `since`, since a browser that connects again repeats the address it began with. Throws SUBSCRIPTIONS-201. */
export function readFollowQuery(query: string, lastEventId?: string): FollowWish {
  const given = new URLSearchParams(query);
  const fields = new Map<string, readonly string[]>();
  const values = new Map<string, string>();
  for (const [name, value] of given) {
    const entity = /^fields\[([^\]]+)\]$/.exec(name)?.[1];
    if (entity === undefined && !NAMES.includes(name)) throw unknown(name);
    const taken = entity === undefined ? values.has(name) : fields.has(entity);
    if (taken) throw wrong(name, 'is given twice');
    if (entity === undefined) values.set(name, value);
    else fields.set(entity, toList(name, value));
  }
  const find = (name: string) => values.get(name);
  const entities = find('entities');
  const operations = find('operations');
  const form = find('form') ?? 'document';
  return {
    from: readStart(lastEventId, find('after'), find('since')),
    limit: toNumber('limit', find('limit'), LIMIT, 1, MOST_LIMIT),
    waitMs: toNumber('wait', find('wait'), 0, 0, MOST_WAIT_SECONDS) * 1000,
    fields,
    form: toWord('form', form, FORMS),
    ...(entities === undefined ? {} : { entities: toList('entities', entities) }),
    ...(operations === undefined
      ? {}
      : {
          operations: toList('operations', operations).map((word) => toWord('operations', word, OPERATIONS)),
        }),
  };
}

function readStart(lastEventId?: string, after?: string, since = 'now'): FollowStart {
  if (lastEventId !== undefined && lastEventId !== '') return toPosition('Last-Event-ID', lastEventId);
  if (after !== undefined) return toPosition('after', after);
  if (since === 'now' || since === 'start') return since;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/.test(since)) {
    const time = new Date(since);
    if (!Number.isNaN(time.getTime())) return time;
  }
  throw wrong('since', 'is neither now, start nor a moment such as 2026-11-28T08:00:00Z');
}

function toPosition(name: string, text: string): Position {
  const position = parsePosition(text);
  if (position) return position;
  throw wrong(name, 'is no position', 'Send one as an answer or an event named it, or since=now.');
}

function toNumber(
  name: string,
  text: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return otherwise;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw wrong(name, `is a whole number from ${least} to ${most}`);
}

function toList(name: string, text: string): readonly string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.every((item) => item !== '')) return [...new Set(items)];
  throw wrong(name, 'is a list of names with commas between them');
}

function toWord<Word extends string>(name: string, word: string, words: readonly Word[]): Word {
  const found = words.find((one) => one === word);
  if (found !== undefined) return found;
  throw wrong(name, `is one of ${words.join(', ')}`, hintOf(word, words));
}

const hintOf = (word: string, words: readonly string[]): string | undefined => {
  const near = didYouMean(word, words);
  return near === undefined ? undefined : `Did you mean '${near}'?`;
};

const unknown = (name: string) =>
  wrong(
    name.slice(0, 60),
    'is nothing that changes are asked by',
    hintOf(name, NAMES) ?? `There are: ${NAMES.join(', ')}, fields[ENTITY].`,
  );

const wrong = (name: string, says: string, hint?: string) =>
  subscriptionsError(201, {
    detail: `${name} ${says}.`,
    pointer: name === 'Last-Event-ID' ? { header: name } : { parameter: name },
    ...(hint === undefined ? {} : { hint }),
  });
