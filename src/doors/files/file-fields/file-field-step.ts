// The step between mapping and encoding that takes the files of a batch: each once, a few at a time.
import type { FileRule } from '../../../engine/catalog/index.js';
import type { CellBatch, PartedBatch } from '../../../foundation/cells/cell-batch.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { importError } from '../import/import-errors.js';
import type { ImportPlans } from '../import/import-plans.js';
import {
  type FileCell,
  type FileColumn,
  type FileOutcome,
  listFileCells,
  toFileColumns,
  withOutcomes,
} from './file-cells.js';
import type { FileTaker, KnownFiles } from './file-taker.js';
import { type FileWish, toFileWish, toShown } from './file-wish.js';

/** What the step asks of its surroundings. */
export interface StepParts {
  readonly taker: FileTaker;
  /** What the tables say of the wishes for files of this storage; notes that the files are wanted. */
  readonly look: (storage: string, wishes: readonly FileWish[]) => Promise<KnownFiles>;
  readonly signal: AbortSignal;
}

/** Files taken at the same time: enough to hide how long one takes, few enough for any server. */
const SIDE_BY_SIDE = 6;

/** True if the import puts anything into fields that hold files. */
export const hasFileFields = ({ plan, parts }: Pick<ImportPlans, 'plan' | 'parts'>): boolean =>
  listRules({ plan, parts }).length > 0;

/** The rules of the fields that the import fills, each once. */
export function listRules({ plan, parts }: Pick<ImportPlans, 'plan' | 'parts'>): readonly FileColumn[] {
  return [plan, ...parts.map((part) => part.plan)].flatMap(toFileColumns);
}

export function createFileFieldStep({ plan, parts }: ImportPlans, about: StepParts) {
  const own = toFileColumns(plan);
  const ofParts = parts.map((part) => toFileColumns(part.plan));
  // Rows that are done need no files, unless they are told apart by them, or an earlier row may shut out a later one.
  const needsAll =
    plan.onDuplicate !== 'last' ||
    own.some(({ column }) => plan.identity.some(({ name }) => name === column.path));

  return async function keep(batch: CellBatch, done: number): Promise<CellBatch> {
    const from = needsAll ? 0 : done;
    const mine = listFileCells(batch, own, from);
    const inParts = isParted(batch)
      ? batch.parts.map(({ batch: rows, from: first }, p) => {
          const owner = Math.max(0, from - batch.firstRow + 1);
          const begun = owner >= batch.rows ? rows.rows : (first[owner] ?? 0);
          return listFileCells(rows, ofParts[p]!, rows.firstRow + begun - 1);
        })
      : [];
    const outcomes = await takeAll([...mine, ...inParts.flat()], about);
    const outcomeOf = ({ of, text }: FileCell): FileOutcome => outcomes.get(of.rule)!.get(text)!;
    const changed = withOutcomes(batch, mine, outcomeOf);
    if (!isParted(batch) || inParts.every((cells) => cells.length === 0)) return changed;
    const withParts: PartedBatch = {
      ...changed,
      parts: batch.parts.map((part, p) => ({
        ...part,
        batch: withOutcomes(part.batch, inParts[p]!, outcomeOf),
      })),
    };
    return withParts;
  };
}

const isParted = (batch: CellBatch): batch is PartedBatch => 'parts' in batch;

/** The outcome of every cell, by rule and text. */
async function takeAll(
  cells: readonly FileCell[],
  { taker, look, signal }: StepParts,
): Promise<ReadonlyMap<FileRule, ReadonlyMap<string, FileOutcome>>> {
  const outcomes = new Map<FileRule, Map<string, FileOutcome>>();
  const wanted: { readonly rule: FileRule; readonly text: string; readonly wish: FileWish }[] = [];
  for (const { of, text, odd } of cells) {
    const ofRule = outcomes.get(of.rule) ?? new Map<string, FileOutcome>();
    outcomes.set(of.rule, ofRule);
    if (ofRule.has(text)) continue;
    const wish = readWish(text, odd, of.rule);
    if ('refusal' in wish) ofRule.set(text, wish);
    else {
      // Its place, so that it is wanted once.
      ofRule.set(text, { value: '' });
      wanted.push({ rule: of.rule, text, wish });
    }
  }
  const known = new Map<string, KnownFiles>();
  for (const storage of new Set(wanted.map(({ rule }) => rule.storage))) {
    const wishes = wanted.filter(({ rule }) => rule.storage === storage).map(({ wish }) => wish);
    known.set(storage, await look(storage, wishes));
  }
  await sideBySide(wanted, SIDE_BY_SIDE, signal, async ({ rule, text, wish }) => {
    const outcome = await taker
      .take(rule, wish, known.get(rule.storage)!)
      .then((value): FileOutcome => ({ value }), toRefusal);
    outcomes.get(rule)!.set(text, outcome);
  });
  return outcomes;
}

function readWish(
  text: string,
  odd: boolean,
  rule: FileRule,
): FileWish | { readonly refusal: DovetailError } {
  if (odd) {
    const detail = `${toShown(text)} is no text, so it names no file.`;
    return { refusal: importError(147, { detail, hint: 'It takes an address, a path, or a data: URI.' }) };
  }
  try {
    return toFileWish(text, rule.address);
  } catch (error) {
    return toRefusal(error);
  }
}

/** What is the matter with one file; anything else is thrown. */
function toRefusal(error: unknown): { readonly refusal: DovetailError } {
  if (error instanceof DovetailError && /^FILES-14[0-8]$/.test(error.code)) return { refusal: error };
  throw error;
}

/** Does the work for every item, so many at a time. The first failure stops the rest from beginning, and is thrown once all ended. */
async function sideBySide<T>(
  items: readonly T[],
  width: number,
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  const lane = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      try {
        signal.throwIfAborted();
        await work(items[next++]!);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
  if (failure) throw failure.error;
}
