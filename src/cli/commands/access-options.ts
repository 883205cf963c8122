// What the commands of access have in common: lists in pages, wishes of options, a role as the outcome.
import type { Command } from 'commander';
import type { ListWish, Role } from '../../engine/access/index.js';
import type { CommandContext } from '../command-context.js';
import { ExitCode } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { toRoleLines } from '../views/access-view.js';

export interface ListOptions {
  readonly text?: string;
  readonly limit: number;
  readonly after?: string;
}

export const addListOptions = (command: Command): Command =>
  command
    .option('--text <text>', 'only those that have it in their names')
    .option('--limit <n>', 'at most so many, up to 1000', wholeNumber(1), 100)
    .option('--after <place>', 'go on where the list before ended');

export const toListWish = ({ text, limit, after }: ListOptions): ListWish => ({
  limit,
  ...(text === undefined ? {} : { text }),
  ...(after === undefined ? {} : { cursor: after }),
});

/** The options that were given; an empty text takes away what was there. */
export const toWish = <T extends object>(options: T): { [K in keyof T]?: NonNullable<T[K]> } =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;

export const viewOf = ({ out }: CommandContext) => ({ style: out.style, width: out.width() });

export function showRole(context: CommandContext, role: Role): ExitCode {
  context.result(role, () => toRoleLines(role, viewOf(context)));
  return ExitCode.ok;
}
