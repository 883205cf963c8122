// dovetail init: what will be created, whether the database offers what it takes, and then, if wanted, doing it.
import { appError } from '../../app-errors.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { toFindingLines, toStepLines } from '../views/install-view.js';

export const addInitCommand: AddCommand = (program, run) => {
  const command = program
    .command('init')
    .summary('set up Dovetail in a database')
    .description(
      'Checks the database (version, rights, wal_level, a pooler in between), prints every statement that setting up ' +
        'would run, asks, and runs them. Everything lies in schemas of its own; no table of the application is touched.',
    )
    .option('--plan', 'only show, change nothing')
    .option('-y, --yes', 'run the statements without asking')
    .action(
      run(async (context, options: { plan?: boolean; yes?: boolean }) => {
        const { setUpDatabase } = await import('../../app-setup.js');
        const { JOBS_SCHEMA, readJobsScripts } = await import('../../engine/jobs/install-jobs.js');
        const { planInstall } = await import('../../foundation/postgres/install.js');
        const { isReady, listFindings } = await import('../../foundation/postgres/requirements.js');
        const app = await context.openApp();
        const findings = await listFindings(app.database);
        const plan = await planInstall(app.database, { jobsSchema: JOBS_SCHEMA, readJobsScripts });
        const style = context.json ? context.err.style : context.out.style;
        const ready = isReady(findings);
        const document = { database: app.target.says, findings, ready, steps: plan.steps };

        const overview = [
          `${style.bold('Database')}  ${app.target.says}`,
          ...toFindingLines(findings, style),
          '',
          ...(plan.steps.length === 0
            ? ['Everything is set up already.']
            : [style.bold('This would be created'), ...toStepLines(plan.steps, style)]),
        ];
        if (!ready) {
          context.result({ ...document, done: false }, () => [
            ...overview,
            '',
            'Nothing was changed, because something is missing:',
            // Once more: the statements between are many.
            ...toFindingLines(
              findings.filter((finding) => finding.level === 'missing'),
              style,
            ),
          ]);
          return ExitCode.refused;
        }
        if (options.plan || plan.steps.length === 0) {
          context.result({ ...document, done: plan.steps.length === 0 }, () => overview);
          return ExitCode.ok;
        }
        if (!context.json) context.out.lines(...overview, '');
        if (!(await context.asker(options.yes === true).confirm({ text: 'Run these statements?' }))) {
          context.result({ ...document, done: false }, () => ['Nothing was changed.']);
          return ExitCode.cancelled;
        }
        await setUpDatabase(app.database);
        const left = await planInstall(app.database, { jobsSchema: JOBS_SCHEMA });
        if (left.steps.length > 0)
          throw appError(105, {
            detail: 'Some statements had no effect.',
            hint: 'Run dovetail init --plan to see what is left.',
          });
        context.result({ ...document, done: true }, () => [
          `${style.green('Done')}  Dovetail is set up. Next: ${style.bold('dovetail entities')}`,
        ]);
        return ExitCode.ok;
      }),
    );

  addHelpTail(command, {
    examples: [
      ['dovetail init --plan', 'see what it would do'],
      ['DATABASE_URL=postgres://me@db.example/shop dovetail init', 'set up in a database of yours'],
      ['dovetail init --yes --json', 'in a script'],
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};
