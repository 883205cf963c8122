// dovetail exports: exports saved under a name, to be made again with `export --saved NAME`.
import type { Command } from 'commander';
import type { SavedExport } from '../../doors/files/export/saved-exports.js';
import { cliError } from '../cli-errors.js';
import { addHelpTail } from '../command-help.js';
import type { AddCommand, RunCommand } from '../command-runner.js';
import { ExitCode } from '../exit-codes.js';
import { openFiles } from '../open-files.js';
import { startedBy } from '../started-by.js';
import { momentText } from '../terminal/number-text.js';
import { toSavedExportLines, toSavedListLines } from '../views/saved-export-view.js';
import { addExportOptions, type ExportShape, toExportShape } from './export-options.js';
import { unknownSubcommand } from './runs-command.js';

export const addExportsCommand: AddCommand = (program, run) => {
  const exports = program
    .command('exports')
    .summary('save exports under a name; list, show, delete them')
    .description('Exports saved under a name. Without a subcommand: all of them.')
    .usage('[command] [options]');
  addList(exports, run);
  addShow(exports, run);
  addSave(exports, run);
  addDelete(exports, run);
  addHelpTail(exports, {
    examples: [
      ['dovetail exports save price-list product -f sku,name,price', 'save one'],
      ['dovetail export --saved price-list -o prices.xlsx', 'make it'],
    ],
    exitCodes: [0, 2, 3, 7, 8],
  });
};

function addList(exports: Command, run: RunCommand): void {
  const command = exports
    .command('list', { isDefault: true })
    .description('list the saved exports')
    // A mistyped subcommand arrives here as an argument nobody declared.
    .allowExcessArguments(true)
    .action(
      run(async (context, _options: object, word?: string) => {
        if (word !== undefined) throw unknownSubcommand(exports, word);
        const found = await (await openFiles(context)).readSavedExports();
        context.result({ exports: found.map((saved) => toDocument(saved)) }, () =>
          toSavedListLines(found, { style: context.out.style, width: context.out.width() }),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail exports list --json', 'for a script']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addShow(exports: Command, run: RunCommand): void {
  const command = exports
    .command('show')
    .description('show a saved export, and whether the database still has all it names')
    .argument('<name>', 'its name')
    .action(
      run(async (context, _options: object, name: string) => {
        const files = await openFiles(context);
        const saved = await files.readSavedExport(name);
        const decay = await files.findDecay(saved);
        const trouble = decay && { code: decay.code, detail: decay.detail, hint: decay.hint };
        context.result({ ...toDocument(saved), ...(trouble ? { trouble } : {}) }, () =>
          toSavedExportLines(saved, trouble, context.out.style),
        );
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail exports show price-list', 'what it exports']],
    exitCodes: [0, 2, 3, 7],
  });
}

function addSave(exports: Command, run: RunCommand): void {
  const command = addExportOptions(
    exports
      .command('save')
      .description('save an export under a name; one of the same name becomes its next version')
      .argument('<name>', 'small letters, digits, - and _')
      .argument('<entity>', 'name of the entity'),
  ).action(
    run(async (context, options: ExportShape, name: string, entity: string) => {
      const files = await openFiles(context);
      const saved = await files.saveExport(name, toExportShape(entity, options, undefined), startedBy());
      context.result(toDocument(saved), () => [
        `${context.out.style.green('Saved')}  ${saved.name}, version ${saved.version}: \`dovetail export --saved ${saved.name} -o FILE\``,
      ]);
      return ExitCode.ok;
    }),
  );
  addHelpTail(command, {
    examples: [
      [
        'dovetail exports save price-list product -w \'status = "active"\' -f sku,name,price --order -price',
        'what is wrong with it is said now, not when it is made',
      ],
    ],
    exitCodes: [0, 2, 3, 7],
  });
}

function addDelete(exports: Command, run: RunCommand): void {
  const command = exports
    .command('delete')
    .description('delete a saved export, after a question')
    .argument('<name>', 'its name')
    .option('-y, --yes', 'answer yes to what would be asked')
    .action(
      run(async (context, options: { readonly yes?: boolean }, name: string) => {
        const files = await openFiles(context);
        const saved = await files.readSavedExport(name);
        const text = `Delete the saved export ${saved.name} of ${saved.entity}, version ${saved.version} of ${momentText(saved.changedAt)}?`;
        if (!(await context.asker(options.yes === true).confirm({ text })))
          throw cliError(104, { detail: 'Nothing was deleted.' });
        await files.deleteSavedExport(name);
        context.result({ name, deleted: true }, () => [`Deleted  ${name}`]);
        return ExitCode.ok;
      }),
    );
  addHelpTail(command, {
    examples: [['dovetail exports delete price-list --yes', 'without the question']],
    exitCodes: [0, 2, 3, 6, 7, 8],
  });
}

/** For `--json`. */
function toDocument({ body, changedBy, ...saved }: SavedExport): object {
  return { ...saved, changedBy, export: body };
}
