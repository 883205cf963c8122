// dovetail doctor: what somebody looks at who was woken because something is wrong.
import { addHelpTail } from '../command-help.js';
import type { AddCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { toDoctorLines } from '../views/doctor-view.js';

export const addDoctorCommand: AddCommand = (program, run) => {
  const command = program
    .command('doctor')
    .summary('look at everything that could be wrong')
    .description(
      'Looks at the configuration, the database and its clock, the tables, the folder for data and its disk, workers, jobs, runs, ' +
        'schedules, what was saved, keys and retention; says of each whether it is as it should be, and what to do where not. ' +
        'Changes nothing.',
    )
    .action(
      run(async (context) => {
        const { examine } = await import('../doctor/doctor.js');
        const report = await examine(() => context.openApp(), context.clock.now());
        context.result(report, () => toDoctorLines(report, context.out.style));
        if (report.state !== 'bad') return ExitCode.ok;
        return report.checks.some(({ check, state }) => check === 'database' && state === 'bad')
          ? ExitCode.unreachable
          : ExitCode.unwell;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail doctor', 'before a release, or when something is wrong'],
      [
        'dovetail doctor --json | jq \'.checks[] | select(.state != "ok")\'',
        'only what is not as it should be',
      ],
    ],
    notes: ['`look` alone (!) is exit 0: it works, but somebody should look at it. `bad` (✗) is exit 9.'],
    exitCodes: [0, 2, 7, 9],
  });
};
