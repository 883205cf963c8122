// The page of commands: what every --help says, the options that all of them take, and the exit codes.
import { Command } from 'commander';
import { COMMANDS } from '../../../src/cli/commands/index.js';
import { listExitCodes } from '../../../src/cli/exit-codes.js';
import { addGlobalOptions } from '../../../src/cli/global-options.js';
import { runOnStage } from '../../cli/cli-stage.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

export async function toCommandPage(): Promise<string> {
  const program = new Command('dovetail');
  addGlobalOptions(program);
  for (const add of COMMANDS) add(program, () => async () => {});
  const paths = listCommandPaths(program, []);
  const sections: string[] = [];
  for (const path of paths) {
    const { stdout } = await runOnStage([...path, '--help']);
    sections.push(`## dovetail ${path.join(' ')}`, '', '```text', withoutGlobals(stdout), '```', '');
  }
  return toPage('Commands', [
    '`npx dovetail COMMAND --help` says the same at the prompt.',
    '',
    ...toMarkdownTable(
      ['command', ''],
      program.commands.map((command) => [
        `[\`dovetail ${command.name()}\`](#dovetail-${command.name()})`,
        command.summary(),
      ]),
    ),
    '',
    '## Options of every command',
    '',
    ...toMarkdownTable(
      ['option', ''],
      program.options.map((option) => [code(option.flags), option.description]),
    ),
    '',
    '## Exit codes',
    '',
    ...toMarkdownTable(
      ['code', 'meaning'],
      listExitCodes().map((row) => [String(row.code), row.meaning]),
    ),
    '',
    ...sections,
  ]);
}

function listCommandPaths(command: Command, path: readonly string[]): (readonly string[])[] {
  return command.commands.flatMap((child) => {
    const here = [...path, child.name()];
    return [here, ...listCommandPaths(child, here)];
  });
}

/** A help page without what stands once at the top of the reference. */
function withoutGlobals(help: string): string {
  return help.replace(/\nGlobal Options:\n(?: .*\n)+/, '').trimEnd();
}
