// dovetail uninstall: the database as it was before.
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { toFindingLines, toStepLines } from '../views/install-view.js';
import { toSlotSteps } from '../views/watch-view.js';

export const addUninstallCommand: AddCommand = (program, run) => {
  const command = program
    .command('uninstall')
    .summary('remove Dovetail from a database')
    .description(
      'Prints what it would remove (the runs and their errors among it) and put back of tables that are watched, asks, and leaves the database as it was.',
    )
    .option('--plan', 'only show, change nothing')
    .option('-y, --yes', 'remove without asking')
    .action(
      run(async (context, options: { plan?: boolean; yes?: boolean }) => {
        const { JOBS_SCHEMA } = await import('../../engine/jobs/install-jobs.js');
        const { planUninstall, uninstall } = await import('../../foundation/postgres/install.js');
        const app = await context.openApp();
        const style = context.out.style;
        const watched = await app.watch?.planUnwatch('all');
        const missing = (watched?.findings ?? []).filter(({ level }) => level === 'missing');
        const slot = toSlotSteps(watched?.slot);
        // Tables of the application are put back in the transaction that removes the rest.
        const removal = { jobsSchema: JOBS_SCHEMA, before: async () => watched?.steps ?? [] };
        const steps = [...(await planUninstall(app.database, removal)), ...slot];
        const overview = [
          `${style.bold('Database')}  ${app.target.says}`,
          '',
          ...(steps.length === 0
            ? ['Nothing of Dovetail is in it.']
            : [style.bold('This would be removed'), ...toStepLines(steps, style)]),
        ];
        if (missing.length > 0) {
          context.result({ database: app.target.says, steps, findings: missing, done: false }, () => [
            ...overview,
            '',
            'Nothing was changed, because something is missing:',
            ...toFindingLines(missing, style),
          ]);
          return options.plan ? ExitCode.ok : ExitCode.refused;
        }
        if (options.plan || steps.length === 0) {
          context.result({ database: app.target.says, steps, done: steps.length === 0 }, () => overview);
          return ExitCode.ok;
        }
        if (!context.json) context.out.lines(...overview, '');
        if (!(await context.asker(options.yes === true).confirm({ text: 'Remove this?' }))) {
          context.result({ database: app.target.says, steps, done: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        const done = await uninstall(app.database, removal);
        if (watched?.slot !== undefined) await app.watch?.dropSlot(watched.slot);
        context.result({ database: app.target.says, steps: [...done, ...slot], done: true }, () => [
          `${style.green('Done')}  The database is as it was.`,
        ]);
        return ExitCode.ok;
      }),
    );

  addHelpTail(command, {
    examples: [
      ['dovetail uninstall --plan', 'see what it would remove'],
      ['dovetail uninstall --yes', 'remove it'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};
