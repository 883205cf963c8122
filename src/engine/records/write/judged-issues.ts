// The judgement of the server about single rows, in words: from `kind:index` and SQLSTATEs to messages with hints.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ToOneRelation, UniqueKey } from '../../catalog/catalog.js';
import { ROW } from '../records-errors.js';
import { checkHint, checkWords, foreignKeyHint, missingHint, requiredHint } from './constraint-hints.js';
import { outsideFailure } from './outside-failure.js';
import type { Reference, WritePlan } from './plan-parts.js';
import { ReferenceHints, unknownHint } from './reference-hints.js';
import { planKeyed } from './reserve-keys.js';
import { shorten } from './row-issues.js';
import type { RowFailure, RowReport } from './row-report.js';
import { uniqueHint } from './unique-hints.js';

export type SpecialRow = readonly [row: number, action: string, error: string, ...rest: unknown[]];

/** Reports rows judged as errors. */
export async function reportJudged(
  client: Client,
  plan: WritePlan,
  rows: readonly SpecialRow[],
  report: RowReport,
): Promise<void> {
  const hints = new ReferenceHints(client, report.hintBudget);
  for (const [row, , error] of rows) {
    const [kind, index] = error.split(':') as [string, string?];
    if (kind === 'reference') {
      await reportUnknown(plan, plan.references[Number(index)]!, row, hints, report);
    } else if (kind === 'unique') {
      await reportTaken(client, plan, plan.entity.uniqueKeys[Number(index)]!, row, report);
    } else {
      report.fail(row, judgedFailure(plan, kind, Number(index), row, report));
    }
  }
}

function judgedFailure(
  plan: WritePlan,
  kind: string,
  index: number,
  row: number,
  report: RowReport,
): RowFailure {
  const name = plan.entity.name;
  const identity = plan.identity.map((field) => field.name).join(', ');
  const identityValue = plan.columns
    .slice(0, plan.identityColumns)
    .map((column) => report.valueOf(row, column) ?? '')
    .join(', ');
  const first = plan.columns[0];
  switch (kind) {
    case 'required': {
      const set = plan.sets[index];
      const missing = plan.missingRequired.map((field) => field.name).join(', ');
      return {
        code: ROW.required,
        message: set
          ? `${name}.${set.columns[0]!.path} is empty, but needs a value.`
          : `A new ${name} needs ${missing}; the source has no column for it.`,
        hint: set ? requiredHint(set.field) : missingHint(plan.missingRequired),
        column: set?.columns[0],
        field: set ? undefined : missing,
      };
    }
    case 'several': {
      const reference = plan.references[index]!;
      return {
        code: ROW.ambiguousReference,
        message: `Several ${reference.entity.name} records fit ${referenceText(reference, row, report)}.`,
        hint: `Refer to it by ${reference.entity.identity.join(' and ') || 'a unique key'}.`,
        column: reference.columns[0],
      };
    }
    case 'identity':
      return {
        code: ROW.identityMissing,
        message: `${identity} is empty, so the record can't be matched.`,
        hint: `Fill ${identity}, or match by other fields with --identity.`,
        column: first,
      };
    case 'ambiguous':
      return {
        code: ROW.ambiguousMatch,
        message: `Several ${name} records have ${identity} '${shorten(identityValue)}'.`,
        hint: 'Choose fields that identify one record with --identity.',
        column: first,
      };
    case 'outside':
      return outsideFailure(plan, index);
    case 'taken':
      // Which of it the caller may not see: not a word of that.
      return {
        code: ROW.exists,
        message: `A ${name} with ${identity} '${shorten(identityValue)}' is already there.`,
        hint: `Give it another ${identity}, or leave it out.`,
        column: first,
      };
    case 'exists':
      return {
        code: ROW.exists,
        message: `A ${name} with ${identity} '${shorten(identityValue)}' is already there.`,
        hint: 'Use --strategy add_or_update to update it.',
        column: first,
      };
    case 'not found':
      return {
        code: ROW.notFound,
        message: `There is no ${name} with ${identity} '${shorten(identityValue)}' to update.`,
        hint: 'Use --strategy add_or_update to add it.',
        column: first,
      };
    case 'unmakeable': {
      const fixed = plan.sets.filter((set) => set.matchOnly).map((set) => set.field);
      const names = fixed.map((field) => field.name).join(', ');
      return {
        code: ROW.notFound,
        message: `There is no ${name} with ${identity} '${shorten(identityValue)}', and a new one can't be given its ${names}: ${fixed[0]?.readOnlyReason ?? 'PostgreSQL computes it'}.`,
        hint: 'Leave the cell empty or use --strategy add: then it is added as a new record.',
        column: first,
      };
    }
    case 'check': {
      const check = plan.entity.checks[index]!;
      const column = plan.columns.find(
        (candidate) => check.fields.includes(candidate.field.name) && candidate.target.path.length === 1,
      );
      return {
        code: ROW.check,
        message: checkWords(plan.entity, check),
        hint: checkHint(check, plan.entity.access === undefined),
        field: check.fields.join(', '),
        column,
      };
    }
    case 'key': {
      const relation = plan.entity.relations[index] as ToOneRelation;
      const column = plan.columns.find((candidate) => relation.fields.includes(candidate.path));
      return {
        code: ROW.foreignKey,
        message: `There is no ${relation.entity} with ${relation.targetFields.join(', ')} '${column ? shorten(report.valueOf(row, column) ?? '') : ''}'.`,
        hint: foreignKeyHint(plan, relation),
        column,
      };
    }
    case 'circle':
      return circleFailure(plan, row, report);
    default:
      return laterFailure(plan, row, report);
  }
}

async function reportTaken(
  client: Client,
  plan: WritePlan,
  key: UniqueKey,
  row: number,
  report: RowReport,
): Promise<void> {
  report.fail(row, {
    code: ROW.notUnique,
    message: `Another ${plan.entity.name} has the same ${key.fields.join(', ')}.`,
    hint: await uniqueHint(client, plan, key, row, report),
    column: plan.columns.find((candidate) => key.fields.includes(candidate.path)),
  });
}

/** Why a row that refers, directly or by others, back to itself can't be written. */
export function describeCircle(plan: WritePlan, target: string): string {
  const own = plan.references.filter((candidate) => candidate.entity.name === plan.entity.name);
  const keyed = planKeyed(plan, new Uint8Array(plan.columns.length), own);
  const why = 'because' in keyed ? `, since ${keyed.because}` : '';
  return `The row refers to ${target}, which refers back to it or waits for others that do: a circle that can't be written${why}.`;
}

/** A row that waits for others that wait for it, where no key may be null for a while. */
function circleFailure(plan: WritePlan, row: number, report: RowReport): RowFailure {
  const reference = plan.references.find((candidate) => candidate.entity.name === plan.entity.name);
  if (reference === undefined) return laterFailure(plan, row, report);
  return {
    code: ROW.unknownReference,
    message: describeCircle(plan, referenceText(reference, row, report)),
    hint: `Make ${reference.relation.fields.join(', ')} nullable, or give the keys themselves instead of ${reference.path.join('.')}.`,
    column: reference.columns[0],
  };
}

/** A reference to the entity itself that never came; of a record to be deleted, one that never went. */
function laterFailure(plan: WritePlan, row: number, report: RowReport): RowFailure {
  if (plan.strategy === 'delete') {
    return {
      code: ROW.foreignKey,
      message: `The ${plan.entity.name} can't be deleted: other records refer to it.`,
      hint: 'Delete these first, or change what they refer to.',
      column: plan.columns[0],
    };
  }
  const reference = plan.references.find((candidate) => candidate.entity.name === plan.entity.name);
  return {
    code: ROW.unknownReference,
    message: reference
      ? `There is no ${plan.entity.name} with ${referenceText(reference, row, report)}, neither stored nor among the good rows of the source.`
      : `The ${plan.entity.name} that ${plan.ownKeys.flatMap((relation) => relation.fields).join(', ')} names is neither stored nor among the good rows of the source.`,
    hint: `Add that ${plan.entity.name} to the source or first; if its own row failed, mend that row too.`,
    column:
      reference?.columns[0] ??
      plan.columns.find((column) => plan.ownKeys.some((relation) => relation.fields.includes(column.path))),
  };
}

async function reportUnknown(
  plan: WritePlan,
  reference: Reference,
  row: number,
  hints: ReferenceHints,
  report: RowReport,
): Promise<void> {
  const column = reference.columns[0];
  const value = column && report.valueOf(row, column);
  const close = value === undefined ? undefined : await hints.find(reference, column!, value);
  report.fail(row, {
    code: ROW.unknownReference,
    message: `There is no ${reference.entity.name} with ${referenceText(reference, row, report)}.`,
    hint: close
      ? `Did you mean '${close}'?`
      : unknownHint(reference, (column) => report.valueOf(row, column)),
    column: column ?? reference.allColumns[0],
    field: column ? undefined : `${plan.entity.name}.${reference.path.join('.')}`,
  });
}

function referenceText(reference: Reference, row: number, report: RowReport): string {
  const depth = reference.path.length;
  return reference.allColumns
    .map(
      (column) =>
        `${column.target.path.slice(depth).join('.')} '${shorten(report.valueOf(row, column) ?? '')}'`,
    )
    .join(' and ');
}
