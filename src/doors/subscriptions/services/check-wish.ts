// A wish for a subscription, held against what there is: whatever can be wrong with it is found before anything is kept.
import type { Catalog } from '../../../engine/catalog/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { readCapture, type TableCapture } from '../store/table-capture.js';
import { FORMS, MODES, OPERATIONS } from '../subscription.js';
import { subscriptionsError } from '../subscriptions-errors.js';
import { bindViews } from '../view/bind-views.js';
import type { EntityView } from '../view/entity-view.js';
import type { SubscriptionWish } from './subscription-wish.js';

const MOST_ENTITIES = 1_000;

/** Remarks for people: what is as it may be, but should be known. Throws SUBSCRIPTIONS-103, 105, CATALOG-1xx. `catalog`: the owner's. */
export async function checkWish(
  db: Queryable,
  wish: SubscriptionWish,
  catalog: Catalog,
): Promise<readonly string[]> {
  checkName(wish.name);
  checkWord('form', wish.form, FORMS);
  checkWord('mode', wish.mode, MODES);
  if (wish.wants.length === 0 || wish.wants.length > MOST_ENTITIES)
    throw wrong('entities', `one to ${MOST_ENTITIES} entities are named`);
  for (const { operations = [] } of wish.wants)
    for (const operation of operations) checkWord('operations', operation, OPERATIONS);
  const views = [...bindViews(catalog, wish.wants, wish.form ?? 'document').values()];
  const captures = await readCapture(
    db,
    views.map(({ entity }) => entity),
  );
  return views.flatMap((view, i) => {
    const { watched } = captures[i]!;
    if (isUntold(view, captures[i]!)) refuseUntold(view);
    const { name } = view.entity;
    if (watched) return [];
    const beforeToo = needsBefore(view).length > 0 ? ' --replica-identity full' : '';
    return [
      `${name} is not watched yet: nothing is told of it until \`dovetail watch ${name}${beforeToo}\`.`,
    ];
  });
}

/** Columns that decide who sees a record and aren't told of what it was before, by the key alone. */
function needsBefore({ deciding, key }: EntityView): readonly string[] {
  return deciding.filter((column) => !key.some(({ name }) => name === column));
}

/** What leaves the sight of the view could not be told. */
export const isUntold = (view: EntityView, { watched, before }: TableCapture): boolean =>
  watched && !before && needsBefore(view).length > 0;

/** Throws SUBSCRIPTIONS-105 for a view whose sight depends on more than the key. */
export function refuseUntold(view: EntityView): void {
  const needed = needsBefore(view);
  if (needed.length === 0) return;
  const { name } = view.entity;
  throw subscriptionsError(105, {
    detail: `Whether a record of ${name} is in sight depends on ${needed.join(', ')}, and the database doesn't tell what that was before a change: what leaves the sight could not be told.`,
    hint: `\`dovetail watch ${name} --replica-identity full\` changes that; it prints its statements first.`,
    pointer: { entity: name },
  });
}

function checkName(name: string): void {
  if (!/^[\w][\w.-]{0,62}$/.test(name))
    throw wrong('name', `'${name.slice(0, 80)}' is none: letters, digits, _ . - and at most 63 of them`);
}

function checkWord(field: string, word: string | undefined, words: readonly string[]): void {
  if (word === undefined || words.includes(word)) return;
  const near = didYouMean(word, words);
  throw wrong(
    field,
    `'${word.slice(0, 60)}' is none of ${words.join(', ')}`,
    near === undefined ? undefined : `Did you mean '${near}'?`,
  );
}

const wrong = (field: string, says: string, hint?: string) =>
  subscriptionsError(103, {
    detail: `${field}: ${says}.`,
    pointer: { field },
    ...(hint === undefined ? {} : { hint }),
  });
