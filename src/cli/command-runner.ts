// Between commander and a command: makes the context, runs the command, keeps its exit code.
import type { Command } from 'commander';
import type { CommandContext } from './command-context.js';
import type { ExitCode } from './exit-codes.js';
import type { GlobalOptions } from './global-options.js';

/** The work of one command: gets its own options and positional arguments, returns how it ended. */
export type CommandWork<Options, Args extends readonly unknown[]> = (
  context: CommandContext,
  options: Options,
  ...args: Args
) => Promise<ExitCode>;

/** Makes commander's action handler out of a command's work. */
export type RunCommand = <Options, Args extends readonly unknown[]>(
  work: CommandWork<Options, Args>,
) => (...params: unknown[]) => Promise<void>;

/** Adds one command (and its subcommands) to the program. */
export type AddCommand = (program: Command, run: RunCommand) => void;

export function createRunCommand(hooks: {
  readonly open: (globals: GlobalOptions) => CommandContext;
  readonly ended: (code: ExitCode) => void;
}): RunCommand {
  return (work) =>
    async (...params) => {
      const command = params.at(-1) as Command;
      const context = hooks.open(command.optsWithGlobals() as GlobalOptions);
      hooks.ended(await work(context, command.opts() as never, ...(command.args as never)));
    };
}
