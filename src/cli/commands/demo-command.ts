// dovetail demo: from nothing to files going into a PostgreSQL and back out, in one command.
import { join } from 'node:path';
import { cliError } from '../cli-errors.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { serveDemo, staysUp } from '../demo/demo-server.js';
import { DEMO_FOLDER } from '../demo/demo-shop.js';
import { tellDemo } from '../demo/demo-story.js';
import { ExitCode } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { durationText } from '../terminal/number-text.js';
import type { ProgressMode } from '../terminal/progress-bar.js';
import { shortenPaths, shortPath } from '../terminal/short-path.js';
import { progressOption } from '../watch-run.js';

interface DemoOptions {
  readonly intoDatabase?: string;
  readonly rows: number;
  readonly once?: boolean;
  readonly progress: ProgressMode | 'auto';
}

export const addDemoCommand: AddCommand = (program, run) => {
  const command = program
    .command('demo')
    .summary('see it work: a shop, real files in and out')
    .description(
      "Starts the embedded PostgreSQL, fills a B2B shop, imports a supplier's file and a large one, imports that again " +
        '(nothing changes), and exports. In a terminal it then serves the shop until Ctrl-C. Never touches the database that DATABASE_URL ' +
        'names. A second run is quick.',
    )
    .option('--into-database <name>', 'in a database of this name on your server (made if missing) instead')
    .option('--rows <n>', 'rows of the large file', wholeNumber(1), 100_000)
    .option('--once', 'end by itself instead of serving the shop')
    .addOption(progressOption())
    .action(
      run(async (context, options: DemoOptions) => {
        if (context.globals.database !== undefined && options.intoDatabase === undefined) {
          throw cliError(101, {
            detail: 'The demo never works in the database that --database names.',
            hint: 'Add --into-database NAME for a database of its own on that server, or leave --database out.',
          });
        }
        const from = context.clock.now().getTime();
        const app = await context.openApp(
          options.intoDatabase === undefined ? { embedded: true } : { ownDatabase: options.intoDatabase },
        );
        const steps = await tellDemo(context, app, options);
        const seconds = (context.clock.now().getTime() - from) / 1000;
        const { style } = context.out;
        const failed = steps.some((step) => (step.report?.counters.failed ?? 0) > 0);
        const where = options.intoDatabase === undefined ? '' : ' --database URL-of-that-database';
        const messy = shortPath(join(DEMO_FOLDER, 'files', 'products-messy.csv'), context.host.cwd);
        context.result({ database: app.target.says, seconds, steps }, () => [
          '',
          `${failed ? style.yellow('Done, with failed rows') : style.green('Done')}  ${durationText(seconds)}, in ${shortenPaths(app.target.says, context.host.cwd)}`,
          '',
          style.bold('Try next'),
          `  npx dovetail entities${where}`,
          `  npx dovetail entities show product${where}`,
          `  npx dovetail import ${messy} --entity product --dry-run${where}`,
          `  npx dovetail export sales_order --format ndjson${where} | head -3`,
          `  npx dovetail runs${where}`,
        ]);
        if (context.signal.aborted) return ExitCode.cancelled;
        if (staysUp(context, options)) await serveDemo(context, app);
        return failed ? ExitCode.failedRows : ExitCode.ok;
      }),
    );

  addHelpTail(command, {
    examples: [
      ['dovetail demo', 'everything, in the embedded PostgreSQL'],
      ['dovetail demo --rows 1000000', 'with a million rows'],
      [
        'DATABASE_URL=postgres://me@db.example/shop dovetail demo --into-database dovetail_demo',
        'on a server of yours',
      ],
    ],
    exitCodes: [0, 1, 2, 3, 4, 6, 7],
  });
};
