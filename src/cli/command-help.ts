// The tail of every help page: examples first, then how the command can end.
import type { Command } from 'commander';
import { type ExitCode, listExitCodes } from './exit-codes.js';

export interface HelpTail {
  /** Command line and what it does. */
  readonly examples: readonly (readonly [line: string, says: string])[];
  readonly exitCodes: readonly ExitCode[];
  /** Further paragraphs, between examples and exit codes. */
  readonly notes?: readonly string[];
}

export function addHelpTail(command: Command, tail: HelpTail): void {
  const examples = tail.examples.flatMap(([line, says]) => [`  # ${says}`, `  ${line}`]);
  const codes = listExitCodes(tail.exitCodes).map(({ code, meaning }) => `  ${code}  ${meaning}`);
  command.addHelpText(
    'after',
    [
      '',
      'Examples:',
      ...examples,
      ...(tail.notes ?? []).flatMap((note) => ['', note]),
      '',
      'Exit codes:',
      ...codes,
    ].join('\n'),
  );
}
