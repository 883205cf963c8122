// dovetail work: a worker process; as many as wanted, on as many machines as wanted.
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { wholeNumber } from '../option-values.js';
import { countOf } from '../terminal/number-text.js';
import { createWorkLog } from '../work-log.js';

export const addWorkCommand: AddCommand = (program, run) => {
  const command = program
    .command('work')
    .summary('run queued work until stopped')
    .description(
      'Runs what was queued (imports with --background, and whatever else waits), and delivers changes to subscriptions, until Ctrl-C or SIGTERM; then lets ' +
        'what runs come to a safe end. If it is killed, another worker takes its jobs over within seconds.',
    )
    .option('--concurrency <n>', 'jobs at once', wholeNumber(1), 2)
    .action(
      run(async (context, options: { concurrency: number }) => {
        const app = await context.openApp({ log: createWorkLog(context) });
        await app.prepare();
        const workers = await app.jobs.startWorkers({
          concurrency: options.concurrency,
          signal: context.signal,
        });
        context.result({ worker: workers.id, tasks: workers.tasks, concurrency: options.concurrency }, () => [
          `Working on ${app.target.says}, ${countOf(options.concurrency, 'job')} at once. Ctrl-C stops it cleanly.`,
          `  ${context.out.style.dim('tasks')}   ${workers.tasks.join(', ')}`,
          `  ${context.out.style.dim('worker')}  ${workers.id}`,
        ]);
        const delivering = await app.subscriptions?.startDelivering();
        await workers.stopped;
        await delivering?.close();
        context.remark('Stopped; nothing was left half-done.');
        return ExitCode.ok;
      }),
    );

  addHelpTail(command, {
    examples: [
      ['dovetail work', 'one worker process, two jobs at once'],
      ['dovetail work --concurrency 4 --quiet', 'under a service manager'],
    ],
    exitCodes: [0, 1, 2, 3, 7],
  });
};
