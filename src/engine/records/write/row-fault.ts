// Whose fault an error of the server is: that of a row, which then fails alone, or that of the run.

/**
 * True for errors of the data (22), of constraints (23), raised by triggers and checked options of views, whatever their
 * code; false for lost connections, deadlocks, missing rights and tables, full disks.
 */
export function isRowsFault(error: unknown): boolean {
  const { code, routine } = error as { code?: string; routine?: string };
  if (typeof code !== 'string' || code.length !== 5) return false;
  // A trigger may raise any code, and a row that a policy refuses comes as a missing right: the place tells them apart.
  if (routine === 'exec_stmt_raise' || routine === 'ExecWithCheckOptions')
    return !/^(08|40|53|57|58|XX)/.test(code);
  return !/^(08|25|40|42|53|54|57|58|XX|0A|26|34|3B)/.test(code);
}
