// dovetail files: what imports keep in storages for fields that hold files.
import type { Command } from 'commander';
import type { FilePruneReport } from '../../doors/files/file-fields/prune-field-files.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openFiles } from '../open-files.js';
import { bytesText, countOf } from '../terminal/number-text.js';
import { toPrintable } from '../terminal/text-width.js';

export const addFilesCommand: AddCommand = (program, run) => {
  const files = program
    .command('files')
    .summary('find and remove kept files that no record names')
    .description('Fields that hold files name them; the files themselves are kept in storages.');
  addPrune(files, run);
  addHelpTail(files, {
    examples: [['dovetail files prune', 'files that no record names any more']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
};

function addPrune(files: Command, run: RunCommand): void {
  const command = files
    .command('prune')
    .description('list kept files that no record names; with --remove, remove them')
    .option('--remove', 'remove them, after asking')
    .option('-y, --yes', 'answer yes to what would be asked')
    .action(
      run(async (context, options: { remove?: boolean; yes?: boolean }) => {
        const services = await openFiles(context);
        const found = await services.pruneFieldFiles(true, context.signal);
        if (options.remove !== true || found.files === 0) {
          context.result(found, () => toLines(found));
          return ExitCode.ok;
        }
        context.remark(...toLines(found));
        const text = `Remove ${countOf(found.files, 'file')} (${bytesText(found.bytes)}) from the storages?`;
        if (!(await context.asker(options.yes === true).confirm({ text }))) {
          context.result(found, () => ['Nothing was removed.']);
          return ExitCode.cancelled;
        }
        const removed = await services.pruneFieldFiles(false, context.signal);
        context.result(removed, () => toLines(removed));
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [
      ['dovetail files prune', 'only look'],
      ['dovetail files prune --remove', 'remove what was listed'],
    ],
    notes: [
      'Only files that imports put there are looked at, and of those none that an import wanted within the last day, that a row which ' +
        'waits for others names, or that an undo would bring back.',
    ],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}

function toLines({ dryRun, files, bytes, storages, goneFields }: FilePruneReport): string[] {
  const gone = goneFields.map(
    (field) => `${field} is gone; what only it named counts as named by no record.`,
  );
  if (files === 0)
    return ['Every kept file is named by a record, or was wanted within the last day.', ...gone];
  return [
    `${dryRun ? 'Named by no record' : 'Removed'}: ${countOf(files, 'file')} (${bytesText(bytes)})`,
    ...storages.flatMap(({ storage, files: count, first }) => [
      `  ${toPrintable(storage)}: ${countOf(count, 'file')}`,
      ...first.map((path) => `    ${path}`),
      ...(count > first.length ? ['    …'] : []),
    ]),
    ...gone,
  ];
}
