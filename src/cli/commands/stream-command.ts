// dovetail stream: reads changes from the write-ahead log into the change log; one process does, any number stand by.
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openChanges } from '../open-changes.js';
import { toStreamLine } from '../stream-log.js';

export const addStreamCommand: AddCommand = (program, run) => {
  const command = program
    .command('stream')
    .summary('read the changes of watched tables until stopped')
    .description(
      'Reads every committed change of the watched tables from the write-ahead log into the change log, in the order of the commits, ' +
        'until Ctrl-C or SIGTERM. One process reads, others stand by and take over within seconds. `dovetail start` does it too.',
    )
    .action(
      run(async (context) => {
        const changes = await openChanges(context);
        const quiet = context.globals.quiet === true;
        await changes.runStream({
          signal: context.signal,
          tell(event) {
            const time = context.clock.now().toISOString();
            if (context.json) context.out.lines(JSON.stringify({ time, ...event }));
            else if (!quiet || event.event === 'interrupted' || event.event === 'slot-large') {
              context.err.lines(`${context.err.style.dim(time.slice(11, 19))}  ${toStreamLine(event)}`);
            }
          },
        });
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail stream', 'apart from the server, beside `dovetail serve` and `dovetail work`'],
      ['dovetail stream --json', 'one JSON document for each thing that happens'],
    ],
    exitCodes: [0, 1, 2, 3, 7],
  });
};
