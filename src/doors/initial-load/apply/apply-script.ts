// An SQL script, straight to the database, statement by statement in the caller's transaction, with the mark of its origin
// in front, so that the change stream will see what it did and who did it.
import { readFile } from 'node:fs/promises';
import { markOrigin } from '../../../engine/records/index.js';
import type { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Client, Database } from '../../../foundation/postgres/database.js';
import { type PlacedStatement, toPlacedStatements } from '../../../foundation/postgres/sql-script.js';
import type { LoadFile } from '../folder/load-file.js';
import { loadError } from '../load-errors.js';

export interface ScriptOutcome {
  readonly statements: number;
  /** Records that insert, update, delete, merge and copy say they touched. */
  readonly rows: number;
}

interface PlacedLine extends PlacedStatement {
  readonly line: number;
}

/** Its statements. Throws LOAD-303 for what can't be part of a script: psql's own commands, and ends of transactions. */
export async function readScript(file: LoadFile): Promise<readonly PlacedLine[]> {
  const text = (await readFile(file.absolute, 'utf8')).replace(/^\ufeff/, ' ');
  let line = 1;
  let from = 0;
  const statements = toPlacedStatements(text).map((statement) => {
    line += countLines(text, from, statement.at);
    from = statement.at;
    return { ...statement, line };
  });
  for (const statement of statements) refuseUnfit(file, statement);
  return statements;
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

const UNFIT: readonly (readonly [pattern: RegExp, says: string, hint: string])[] = [
  [/^\\/, 'commands of psql are not SQL', 'Leave it out; what it sets up is set up by `dovetail load`.'],
  [
    /^(begin|start\s+transaction|commit|end|abort|prepare\s+transaction|rollback(?!\s+(work\s+|transaction\s+)?to\b))\b/i,
    'a script is one transaction already, which commits together with the note that it was applied',
    'Leave begin and commit out.',
  ],
  [
    /^copy\b[\s\S]*\bfrom\s+stdin\b/i,
    'rows in a script can not be read',
    'Write them as insert, or put them into a CSV file of their own beside the script.',
  ],
];

function refuseUnfit(file: LoadFile, { text, line }: PlacedLine): void {
  const found = UNFIT.find(([pattern]) => pattern.test(text));
  if (found === undefined) return;
  throw loadError(303, {
    detail: `Line ${line}, "${text.slice(0, 40).split('\n')[0]}": ${found[1]}.`,
    hint: found[2],
    pointer: { file: file.path, line },
  });
}

/** Throws LOAD-302 with the line PostgreSQL points at. The session may be changed by the script: it is not to be used again. */
export async function applyScript(
  client: Client,
  database: Database,
  about: {
    readonly file: LoadFile;
    readonly title: string;
    readonly signal: AbortSignal;
    readonly onRows: (done: number) => void;
  },
): Promise<ScriptOutcome> {
  const statements = await readScript(about.file);
  await markOrigin(client, { kind: 'sql', id: about.title });
  const pid = await readBackend(client);
  const cancel = (): void => void database.query('select pg_cancel_backend($1)', [pid]).catch(() => {});
  about.signal.addEventListener('abort', cancel, { once: true });
  let rows = 0;
  try {
    for (const [index, statement] of statements.entries()) {
      about.signal.throwIfAborted();
      const result = await client.query(statement.text).catch((error: unknown) => {
        about.signal.throwIfAborted();
        throw failedStatement(about.file, statement, error);
      });
      if (/^(INSERT|UPDATE|DELETE|MERGE|COPY)$/.test(result.command)) rows += result.rowCount ?? 0;
      about.onRows(index + 1);
    }
    // What waits for the end of the transaction is asked while it can still be said of which file it is.
    await client.query('set constraints all immediate').catch((error: unknown) => {
      throw failedStatement(about.file, undefined, error);
    });
  } finally {
    about.signal.removeEventListener('abort', cancel);
  }
  return { statements: statements.length, rows };
}

async function readBackend(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]!.pid;
}

function failedStatement(
  file: LoadFile,
  statement: PlacedLine | undefined,
  error: unknown,
): DovetailError | Error {
  const { message, code, position, hint, detail } = error as Error &
    Record<'code' | 'position' | 'hint' | 'detail', string | undefined>;
  // A lost connection, a deadlock: nothing the script could be blamed for.
  if (code === undefined || /^(08|40|57)/.test(code)) return error as Error;
  const within = statement === undefined ? 0 : countLines(statement.text, 0, Number(position ?? 1) - 1);
  const line = statement === undefined ? undefined : statement.line + within;
  return loadError(302, {
    detail: `${line === undefined ? 'At its end' : `Line ${line}`}: ${message}${detail ? `. ${detail}` : ''}${/[.]$/.test(detail ?? message) ? '' : '.'}`,
    ...(hint
      ? { hint }
      : code === '25001'
        ? { hint: 'It can not be run in a transaction, so not by a script: run it by hand.' }
        : {}),
    pointer: { file: file.path, ...(line === undefined ? {} : { line }) },
    cause: error,
  });
}
