// dovetail roles grant, revoke, field: what a role allows.
import type { Command } from 'commander';
import type { AccessLevel } from '../../engine/access/index.js';
import type { AccessAction } from '../../engine/catalog/index.js';
import { cliError } from '../cli-errors.js';
import { addHelpTail } from '../command-help.js';
import type { RunCommand } from '../command-runner.js';
import { openAccess } from '../open-access.js';
import { showRole } from './access-options.js';

export function addGrantCommands(roles: Command, run: RunCommand): void {
  addGrant(roles, run);
  addRevoke(roles, run);
  addField(roles, run);
}

const ACTIONS = 'view, create, update, delete, import, export';

function addGrant(roles: Command, run: RunCommand): void {
  const command = roles
    .command('grant')
    .description('let a role do something, or set with which records it may')
    .argument('<role>', 'name of the role')
    .argument('<entity>', "name of the entity; '*' for all of which the role says nothing by name")
    .argument('<actions...>', ACTIONS)
    .option(
      '--level <level>',
      'with which records: none, own, own_and_below, unit, unit_and_below, organization, all',
      'all',
    )
    .action(
      run(async (context, options: { level: string }, role: string, entity: string, ...actions: string[]) => {
        const { roles: services } = await openAccess(context);
        const catalog = await (await context.openApp()).catalog.read();
        const granted = await services.grant(
          role,
          // Words that are none are refused by the services, with what may have been meant.
          { entity, actions: actions as AccessAction[], level: options.level as AccessLevel },
          catalog,
        );
        if (granted.note !== undefined) context.remark(granted.note);
        return showRole(context, granted.role);
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail roles grant sales product view export', 'all products'],
      ['dovetail roles grant sales customer view update --level own', 'the customers one owns'],
      ["dovetail roles grant support '*' view", 'everything of which the role says nothing by name'],
      ['dovetail roles grant support salary view --level none', 'but not this'],
    ],
    notes: [
      'Own records are told by the field that `owner` of the entity names in the configuration, records of a unit by `unit`.',
      'Roles add up: who has several may do what any of them allows.',
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addRevoke(roles: Command, run: RunCommand): void {
  const command = roles
    .command('revoke')
    .description('take back what a role says of an entity')
    .argument('<role>', 'name of the role')
    .argument('<entity>', "name of the entity, or '*'")
    .argument('[actions...]', `${ACTIONS} (default: all)`)
    .action(
      run(async (context, _options: object, role: string, entity: string, ...actions: string[]) => {
        const { roles: services } = await openAccess(context);
        const given = actions.length === 0 ? undefined : (actions as AccessAction[]);
        return showRole(context, await services.revoke(role, entity, given));
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail roles revoke sales customer update', 'may still view'],
      ['dovetail roles revoke sales customer', "says nothing of it any more; '*' counts"],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

interface FieldOptions {
  readonly hide?: boolean;
  readonly readOnly?: boolean;
  readonly normal?: boolean;
}

function addField(roles: Command, run: RunCommand): void {
  const command = roles
    .command('field')
    .description('make an exception of a field, or end one')
    .argument('<role>', 'name of the role')
    .argument('<entity>', 'name of the entity')
    .argument('<field>', 'name of the field')
    .option('--hide', 'it is not shown')
    .option('--read-only', 'it is shown, but can not be changed')
    .option('--normal', 'it is a field like the others')
    .action(
      run(async (context, options: FieldOptions, role: string, entity: string, field: string) => {
        const { hide, readOnly, normal } = options;
        if ([hide, readOnly, normal].filter(Boolean).length !== 1) {
          throw cliError(101, {
            detail: 'Nothing says, or too much, what is to become of the field.',
            hint: 'Give one of --hide, --read-only and --normal.',
          });
        }
        const { roles: services } = await openAccess(context);
        if (normal === true) return showRole(context, await services.clearField(role, entity, field));
        const catalog = await (await context.openApp()).catalog.read();
        const exception = { entity, field, view: readOnly === true, edit: false };
        return showRole(context, await services.setField(role, exception, catalog));
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail roles field sales product cost --hide', 'no door shows it to whoever has only this role'],
      ['dovetail roles field sales product price --read-only', 'shown, but not changed'],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}
