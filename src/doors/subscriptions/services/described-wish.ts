// A wish as a document of the API says it: each member of its kind, and nothing more known of it.
import { type Caller, PROGRAM } from '../../../engine/access/index.js';
import { type Position, parsePosition } from '../../../engine/changes/position.js';
import { list, object, type Shape, ShapeComplaint, text } from '../../../foundation/config/shape.js';
import type { EntityWish, Mode, Operation, Owner, PayloadForm } from '../subscription.js';
import { subscriptionsError } from '../subscriptions-errors.js';
import type { SubscriptionWish } from './subscription-wish.js';

/** Which words there are is for the check of the wish to say. */
const entityWish: Shape<EntityWish> = object<EntityWish>(
  { entity: text, operations: list(text as Shape<Operation>), fields: list(text), where: text },
  ['entity'],
);

/** Throws SUBSCRIPTIONS-103. */
export function toWish(said: object, caller: Caller): SubscriptionWish {
  const { name, wants, sink, settings, form, mode, from } = said as {
    readonly name: string;
    readonly wants: unknown;
    readonly sink: string;
    readonly settings: Readonly<Record<string, unknown>>;
    readonly form?: PayloadForm;
    readonly mode?: Mode;
    readonly from?: string;
  };
  const owner = toOwner(caller);
  return {
    name,
    owner,
    wants: readWants(wants),
    sink,
    settings,
    ...(form === undefined ? {} : { form }),
    ...(mode === undefined ? {} : { mode }),
    ...(from === undefined || from === 'now' ? {} : { from: toPlace(from) }),
    createdBy: owner,
  };
}

const toOwner = ({ kind, id }: Caller): Owner =>
  kind === 'program' ? { kind, id: PROGRAM.id } : { kind, id };

function readWants(wants: unknown): readonly EntityWish[] {
  try {
    return list(entityWish)(wants, 'wants');
  } catch (error) {
    if (!(error instanceof ShapeComplaint)) throw error;
    throw subscriptionsError(103, {
      detail: `${error.message}.`,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

/** A position, or a moment in ISO 8601. Throws SUBSCRIPTIONS-103. */
export function toPlace(said: string): Position | Date {
  const position = parsePosition(said);
  if (position !== undefined) return position;
  const moment = new Date(said);
  if (/^\d{4}-\d\d-\d\dT/.test(said) && !Number.isNaN(moment.getTime())) return moment;
  throw subscriptionsError(103, {
    detail: `'${said.slice(0, 60)}' is neither a position nor a moment.`,
    hint: 'Write it as 2026-01-31T12:00:00Z.',
  });
}
