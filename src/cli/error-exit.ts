// Which exit code an error owes: one table for every command.
import { DovetailError } from '../foundation/errors/dovetail-error.js';
import { ExitCode } from './exit-codes.js';

const BY_CODE: readonly (readonly [pattern: RegExp, code: ExitCode])[] = [
  [/^CLI-101$/, ExitCode.usage],
  [/^CLI-104$/, ExitCode.cancelled],
  [/^APP-10[1-4]$/, ExitCode.unreachable],
  [/^POSTGRES-10\d$/, ExitCode.unreachable],
  [/^PIPELINE-105$/, ExitCode.stopped],
  [/^PIPELINE-106$/, ExitCode.unreachable],
  [/^PIPELINE-107$/, ExitCode.cancelled],
  [/^EXPORT-103$/, ExitCode.cancelled],
  // What they ask for is another option or another source, which no yes can give.
  [/^(FORMATS-\d+|RECORDS-131|FILES-11[23]|POSTGRES-207)$/, ExitCode.refused],
];

/** A thrown DovetailError is a refusal unless the table knows better; anything else is a mistake of ours. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (!(error instanceof DovetailError)) return ExitCode.unexpected;
  const known = BY_CODE.find(([pattern]) => pattern.test(error.code));
  if (known !== undefined) return known[1];
  return error.consequence === 'ask' ? ExitCode.needsAnswer : ExitCode.refused;
}
