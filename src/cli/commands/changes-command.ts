// dovetail changes: looks into the change log, and follows it.
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { changesError } from '../../engine/changes/changes-errors.js';
import type { ChangeLog, StreamEntry, TableName } from '../../engine/changes/index.js';
import { formatPosition, type Position, parsePosition } from '../../engine/changes/index.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openChanges } from '../open-changes.js';
import { wholeNumber } from '../option-values.js';
import { toEntryDocument, toEntryLine } from '../views/change-view.js';
import { unknownSubcommand } from './runs-command.js';

export const addChangesCommand: AddCommand = (program, run) => {
  const changes = program
    .command('changes')
    .summary('look into the change log')
    .description(
      'What the change stream has read: every committed change of the watched tables, in order, for as long as it is kept. Without a ' +
        'subcommand: the list.',
    )
    .usage('[command] [options]');
  addList(changes, run);
  addTail(changes, run);
  addHelpTail(changes, {
    examples: [
      ['dovetail changes list --table product', 'what happened to products, the oldest first'],
      ['dovetail changes tail', 'what happens now'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
};

interface ChangesOptions {
  readonly after?: Position;
  readonly since?: Date;
  readonly table?: readonly TableName[];
  readonly limit: number;
}

const withFilters = (command: Command): Command =>
  command
    .option('--after <position>', 'what comes after a position, as these commands tell it', toPosition)
    .option('--since <time>', 'what was committed from then on: 2026-01-31T08:00:00Z', toTime)
    .option('--table <name>', 'only of this table; may be repeated', toTable);

function addList(changes: Command, run: RunCommand): void {
  const command = withFilters(
    changes
      .command('list', { isDefault: true })
      .description('list changes, the oldest first')
      // A mistyped subcommand arrives here as an argument nobody declared.
      .allowExcessArguments(true),
  )
    .option('--limit <n>', 'at most so many', wholeNumber(1), 20)
    .action(
      run(async (context, options: ChangesOptions, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(changes, word);
        const { log } = await openChanges(context);
        const { table: tables, limit } = options;
        let position = await findStart(log, options, await log.readTail());
        const entries: StreamEntry[] = [];
        let isLast = false;
        while (!isLast && entries.length < limit) {
          const asked = { limit: limit - entries.length, ...(tables === undefined ? {} : { tables }) };
          const page = await log.readAfter(position, asked);
          if (page.kind === 'expired') throw noLongerKept(page.tail);
          entries.push(...page.entries);
          position = page.next;
          isLast = page.isLast;
        }
        const next = formatPosition(position);
        context.result({ changes: entries.map(toEntryDocument), next, isLast }, () => [
          ...(entries.length === 0 ? ['No changes.'] : entries.map((entry) => toEntryLine(entry))),
          ...(isLast ? [] : [`More: --after ${next}`]),
        ]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail changes list --since 2026-01-31T08:00:00Z --limit 100', 'from a moment on'],
      ['dovetail changes list --json', 'with all values, for a script'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addTail(changes: Command, run: RunCommand): void {
  const command = withFilters(
    changes.command('tail').description('follow the log until Ctrl-C; default: from now on'),
  ).action(
    run(async (context, options: Omit<ChangesOptions, 'limit'>) => {
      const { log } = await openChanges(context);
      const { table: tables } = options;
      let position = await findStart(log, options, await log.readHead());
      while (!context.signal.aborted && !context.out.closed.aborted) {
        const page = await log.readAfter(position, tables === undefined ? {} : { tables });
        if (page.kind === 'expired') throw noLongerKept(page.tail);
        for (const entry of page.entries) {
          context.out.lines(context.json ? JSON.stringify(toEntryDocument(entry)) : toEntryLine(entry));
        }
        position = page.next;
        if (page.isLast) await log.waitAfter(position, { signal: context.signal });
      }
      return ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [['dovetail changes tail --json --table product', 'a JSON document a line']],
    exitCodes: [0, 2, 3, 7],
  });
}

async function findStart(
  log: ChangeLog,
  { after, since }: Omit<ChangesOptions, 'limit'>,
  otherwise: Position,
): Promise<Position> {
  if (after !== undefined) return after;
  return since === undefined ? otherwise : log.findTime(since);
}

function noLongerKept(tail: Position): Error {
  return changesError(112, {
    detail: 'What came after this position is no longer kept.',
    hint: `The oldest that is kept comes after ${formatPosition(tail)}.`,
  });
}

function toPosition(text: string): Position {
  const position = parsePosition(text);
  if (position === undefined)
    throw new InvalidArgumentError('It takes a position: 1-00000000016B3748-00000001.');
  return position;
}

function toTime(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError('It takes a moment: 2026-01-31T08:00:00Z.');
}

function toTable(text: string, before: readonly TableName[] = []): readonly TableName[] {
  const at = text.indexOf('.');
  const name =
    at < 0 ? { schema: 'public', table: text } : { schema: text.slice(0, at), table: text.slice(at + 1) };
  return [...before, name];
}
