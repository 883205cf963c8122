// What a script can learn from how a command ended: the one table, printed by every --help.

export const ExitCode = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  refused: 3,
  failedRows: 4,
  stopped: 5,
  cancelled: 6,
  unreachable: 7,
  needsAnswer: 8,
  unwell: 9,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done, nothing failed',
  1: 'an error nobody expected; please report it',
  2: 'the command line is wrong',
  3: 'refused, before anything was written',
  4: 'finished, but some rows failed',
  5: 'stopped early: too many errors, a limit, or a failure on the way',
  6: 'cancelled, by Ctrl-C or by `runs cancel`',
  7: 'the database cannot be reached',
  8: 'a question needs an answer, and nobody was there to give it (--yes)',
  9: 'something needs mending: `doctor` says what',
};

/** The rows of the table, for help texts and docs. Without arguments: all of them. */
export function listExitCodes(
  codes: readonly ExitCode[] = Object.values(ExitCode),
): { readonly code: ExitCode; readonly meaning: string }[] {
  return codes.map((code) => ({ code, meaning: MEANINGS[code] }));
}
