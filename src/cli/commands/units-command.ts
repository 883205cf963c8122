// dovetail units: the tree by which roles reach further than one's own records.
import type { Command } from 'commander';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openAccess } from '../open-access.js';
import { toMoreLines, toUnitListLines } from '../views/access-view.js';
import { addListOptions, type ListOptions, toListWish, toWish, viewOf } from './access-options.js';
import { unknownSubcommand } from './runs-command.js';

export const addUnitsCommand: AddCommand = (program, run) => {
  const units = program
    .command('units')
    .summary('units that users, clients and records belong to')
    .description(
      'Business units, as trees; the root of a tree is an organization. Without a subcommand: the list.',
    )
    .usage('[command] [options]');
  addList(units, run);
  addCreate(units, run);
  addChange(units, run);
  addDelete(units, run);
  addHelpTail(units, {
    examples: [
      ['dovetail units create acme --name "Acme Ltd"', 'an organization'],
      ['dovetail units create north --parent acme', 'a unit in it'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

function addList(units: Command, run: RunCommand): void {
  const command = addListOptions(
    units
      .command('list', { isDefault: true })
      .description('list the units, by id')
      // A mistyped subcommand arrives here as an argument nobody declared.
      .allowExcessArguments(true),
  ).action(
    run(async (context, options: ListOptions, word?: string) => {
      if (word !== undefined) throw unknownSubcommand(units, word);
      const { items, next } = await (await openAccess(context)).units.list(toListWish(options));
      context.result({ units: items, ...(next === undefined ? {} : { next }) }, () => [
        ...toUnitListLines(items, viewOf(context)),
        ...toMoreLines(next),
      ]);
      return ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [['dovetail units list --json', 'for a script']],
    exitCodes: [0, 2, 3, 7],
  });
}

interface UnitOptions {
  readonly name?: string;
  readonly parent?: string;
}

function addCreate(units: Command, run: RunCommand): void {
  const command = units
    .command('create')
    .description('add a unit')
    .argument('<id>', "what the unit fields of the application's tables hold for it; it stays")
    .option('--name <name>', 'the name (default: the id)')
    .option('--parent <id>', 'the unit it lies under (default: none, it is an organization)')
    .action(
      run(async (context, options: UnitOptions, id: string) => {
        const unit = await (await openAccess(context)).units.create({ id, ...toWish(options) });
        context.result(unit, () => toUnitListLines([unit], viewOf(context)));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail units create north --name North --parent acme', 'a unit of Acme']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addChange(units: Command, run: RunCommand): void {
  const command = units
    .command('change')
    .description('rename or move a unit')
    .argument('<id>', 'the unit')
    .option('--name <name>', 'another name')
    .option('--parent <id>', "another unit to lie under; '' makes it an organization")
    .action(
      run(async (context, options: UnitOptions, id: string) => {
        const unit = await (await openAccess(context)).units.change(id, toWish(options));
        context.result(unit, () => toUnitListLines([unit], viewOf(context)));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail units change north --parent europe', 'with all that lies under it']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addDelete(units: Command, run: RunCommand): void {
  const command = units
    .command('delete')
    .description('remove a unit in which nothing is any more, after a question')
    .argument('<id>', 'the unit')
    .option('-y, --yes', 'remove without asking')
    .action(
      run(async (context, options: { yes?: boolean }, id: string) => {
        const { units: services } = await openAccess(context);
        await services.read(id);
        if (!(await context.asker(options.yes === true).confirm({ text: `Remove the unit ${id}?` }))) {
          context.result({ unit: id, removed: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        await services.delete(id);
        context.result({ unit: id, removed: true }, () => [`Removed ${id}.`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail units delete north --yes', 'without asking']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}
