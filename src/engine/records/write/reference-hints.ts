// "Did you mean …?" for references that lead nowhere, within bounds: comparing a word with thousands takes a millisecond,
// and a file may have a hundred thousand unknown ones.
import { type Candidate, closestOf, toCandidates } from '../../../foundation/errors/did-you-mean.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { andSeen } from '../record-rule-sql.js';
import type { Reference, StageColumn } from './plan-parts.js';
import { createdFields } from './reference-plan.js';
import { storedIn } from './resolve-sql.js';

const MOST_CANDIDATES = 5_000;

/** How many more words a writer may look up in its run: the first ones tell what is wrong, a hundred thousand don't tell more. */
export interface HintBudget {
  left: number;
  /** What is stored may change while the run goes on; for a hint an earlier look at it does. */
  readonly candidates: Map<string, readonly Candidate[]>;
}

export const fullHintBudget = (): HintBudget => ({ left: 40, candidates: new Map() });

/** Hints for the rows of one chunk. */
export class ReferenceHints {
  readonly #client: Client;
  readonly #budget: HintBudget;
  readonly #found = new Map<string, string | undefined>();

  constructor(client: Client, budget: HintBudget) {
    this.#client = client;
    this.#budget = budget;
  }

  /** The stored value that is closest; undefined if none is near, the table is too large, or enough words were looked up. */
  async find(reference: Reference, column: StageColumn, value: string): Promise<string | undefined> {
    const key = `${reference.name} ${value}`;
    if (this.#found.has(key) || this.#budget.left <= 0) return this.#found.get(key);
    this.#budget.left--;
    const close = closestOf(value, await this.#readCandidates(reference, column));
    this.#found.set(key, close);
    return close;
  }

  async #readCandidates(reference: Reference, column: StageColumn): Promise<readonly Candidate[]> {
    const { candidates } = this.#budget;
    // Plans of one writer share the budget: those of records and of what belongs to them.
    const field = `${reference.entity.name}.${column.field.name}`;
    const known = candidates.get(field);
    if (known) return known;
    const name = ident(column.field.name);
    const { rows } = await this.#client.query<{ text: string }>(
      `select x.${name}::text as text from ${storedIn(reference.entity)} x where ${name} is not null${andSeen(reference.entity, 'x')} limit ${MOST_CANDIDATES}`,
    );
    const found = rows.length < MOST_CANDIDATES ? toCandidates(rows.map((row) => row.text)) : [];
    candidates.set(field, found);
    return found;
  }
}

/** What helps where no record is close. `textOf`: the row's own values. */
export function unknownHint(
  reference: Reference,
  textOf: (column: StageColumn) => string | undefined,
): string {
  const { entity, columns, create } = reference;
  if (!create)
    return `Add it first, or let it be created on the way with --create ${reference.path.join('.')}.`;
  const keys = columns.map((column) => column.field.name);
  const blank = columns.filter((column) => !textOf(column));
  if (blank.length > 0) return `It is found and created by ${keys.join(' and ')}: none may be empty.`;
  const made = createdFields(reference).map(({ field }) => field.name);
  const others = entity.uniqueKeys.find(
    ({ fields }) =>
      fields.every((name) => made.includes(name)) && !fields.every((name) => keys.includes(name)),
  );
  return others
    ? `It could not be created on the way: there may be another ${entity.name} with the same ${others.fields.join(' and ')}.`
    : 'It could not be created on the way; a warning says why.';
}
