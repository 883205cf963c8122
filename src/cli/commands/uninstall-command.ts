// dovetail uninstall: the database as it was before.
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { toStepLines } from '../views/install-view.js';

export const addUninstallCommand: AddCommand = (program, run) => {
  const command = program
    .command('uninstall')
    .summary('remove Dovetail from a database')
    .description(
      'Prints what it would remove (the runs and their errors among it), asks, and leaves the database as it was.',
    )
    .option('--plan', 'only show, change nothing')
    .option('-y, --yes', 'remove without asking')
    .action(
      run(async (context, options: { plan?: boolean; yes?: boolean }) => {
        const { JOBS_SCHEMA } = await import('../../engine/jobs/install-jobs.js');
        const { planUninstall, uninstall } = await import('../../foundation/postgres/install.js');
        const app = await context.openApp();
        const style = context.out.style;
        const steps = await planUninstall(app.database, { jobsSchema: JOBS_SCHEMA });
        const overview = [
          `${style.bold('Database')}  ${app.target.says}`,
          '',
          ...(steps.length === 0
            ? ['Nothing of Dovetail is in it.']
            : [style.bold('This would be removed'), ...toStepLines(steps, style)]),
        ];
        if (options.plan || steps.length === 0) {
          context.result({ database: app.target.says, steps, done: steps.length === 0 }, () => overview);
          return ExitCode.ok;
        }
        if (!context.json) context.out.lines(...overview, '');
        if (!(await context.asker(options.yes === true).confirm({ text: 'Remove this?' }))) {
          context.result({ database: app.target.says, steps, done: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        const done = await uninstall(app.database, { jobsSchema: JOBS_SCHEMA });
        context.result({ database: app.target.says, steps: done, done: true }, () => [
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
