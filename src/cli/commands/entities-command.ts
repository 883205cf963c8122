// dovetail entities: what exists, and what an import into it will accept.
import type { Command } from 'commander';
import { describeEntity, findEntity } from '../../engine/catalog/index.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { toEntityDocument, toEntityListLines } from '../views/entity-list-view.js';
import { toEntityLines } from '../views/entity-view.js';
import { unknownSubcommand } from './runs-command.js';

export const addEntitiesCommand: AddCommand = (program, run) => {
  const entities = program
    .command('entities')
    .summary('list entities, explain one')
    .description('Every table and view of the application is an entity. Without a subcommand: all of them.')
    .usage('[command] [options]');
  addList(entities, run);
  addShow(entities, run);
  addHelpTail(entities, {
    examples: [
      ['dovetail entities', 'what there is'],
      ['dovetail entities show product', 'fields, relations, identity, and what an import accepts'],
      ['dovetail entities --json | jq .entities[].name', 'for a script'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
};

function addList(entities: Command, run: RunCommand): void {
  const command = entities
    .command('list', { isDefault: true })
    .description('list all entities')
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, _options: object, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(entities, word);
        const app = await context.openApp();
        const catalog = await app.catalog.read();
        const found = [...catalog.entities.values()];
        context.result({ entities: found.map(toEntityDocument) }, () =>
          toEntityListLines(found, catalog.leftOut ?? new Map(), {
            style: context.out.style,
            width: context.out.width(),
          }),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail entities list', 'what there is'],
      ['dovetail entities list --json', 'for a script'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(entities: Command, run: RunCommand): void {
  const command = entities
    .command('show')
    .description('explain an entity: fields, relations, identity, what an import accepts')
    .argument('<entity>', 'name of the entity')
    .action(
      run(async (context, _options: object, name: string) => {
        const app = await context.openApp();
        const catalog = await app.catalog.read();
        const description = describeEntity(catalog, findEntity(catalog, name));
        context.result(description, () =>
          toEntityLines(description, { style: context.out.style, width: context.out.width() }),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail entities show product', 'what an import into product accepts'],
      ['dovetail entities show product --json', 'the same as data'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}
