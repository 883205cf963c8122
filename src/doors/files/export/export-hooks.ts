// The application's hooks around an export: rows before they are written, and the news that it is done.
import {
  type Entity,
  type ExportOutcome,
  type ExportRows,
  toHookContext,
} from '../../../engine/catalog/index.js';
import { callHook } from '../../../engine/records/index.js';
import type { TextRow } from './copy-rows.js';
import { exportError } from './export-errors.js';

/** The rows as the hook leaves them. Throws EXPORT-104 if it fails. */
export async function callBeforeExport(
  entity: Entity,
  columns: readonly string[],
  rows: readonly TextRow[],
): Promise<readonly TextRow[]> {
  const hook = entity.hooks?.beforeExport;
  if (!hook) return rows;
  const changed = new Map<number, (string | null)[]>();
  const skipped = new Set<number>();
  const check = (row: number): number => {
    if (Number.isInteger(row) && row >= 0 && row < rows.length) return row;
    throw new Error(`There is no row ${row}; the batch has ${rows.length}.`);
  };
  const find = (column: string): number => {
    const at = columns.indexOf(column);
    if (at >= 0) return at;
    throw new Error(`There is no column ${column}; there are ${columns.slice(0, 40).join(', ')}.`);
  };
  const batch: ExportRows = {
    entity: entity.name,
    size: rows.length,
    columns,
    value: (row, column) => (changed.get(check(row)) ?? rows[row]!)[find(column)] ?? null,
    set(row, column, value) {
      const cells = changed.get(check(row)) ?? [...rows[row]!];
      cells[find(column)] = value;
      changed.set(row, cells);
    },
    skip: (row) => void skipped.add(check(row)),
  };
  await callOrThrow('beforeExport', entity, () => hook(batch, toHookContext(false)));
  return rows.flatMap((row, i) => (skipped.has(i) ? [] : [changed.get(i) ?? row]));
}

/** Throws EXPORT-104 if the hook fails; the file is there then. */
export async function callAfterExport(entity: Entity, outcome: ExportOutcome): Promise<void> {
  const hook = entity.hooks?.afterExport;
  if (hook) await callOrThrow('afterExport', entity, () => hook(outcome, toHookContext(false)));
}

async function callOrThrow(name: string, entity: Entity, call: () => void | Promise<void>): Promise<void> {
  const failure = await callHook(`The hook ${name}`, call, {});
  if (!failure) return;
  throw exportError(104, {
    detail: failure.message,
    ...(failure.hint === undefined ? {} : { hint: failure.hint }),
    pointer: { entity: entity.name },
  });
}
