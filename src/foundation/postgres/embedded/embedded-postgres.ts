// A PostgreSQL of the product's own, for those who have none: real binaries from npm, started as a daemon that outlives
// this process and is found again by the next one.
import { readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { postgresError } from '../postgres-errors.js';
import { readPassword, setUpCluster } from './cluster-setup.js';
import { readPlatformBinaries } from './platform-binaries.js';
import { defuseStalePostmaster, findPostmaster } from './postmaster-file.js';
import { findServerAccount, type ServerAccount } from './server-account.js';
import { prepareBinaries, type ServerBinaries } from './server-binaries.js';
import { type CommandResult, runAs } from './server-command.js';
import { findServer, type ServerConnection, toUrl } from './server-connection.js';
import { choosePlace, prepareFolder } from './server-place.js';
import { type ServerSettings, writeSettings } from './server-settings.js';
import { withStartLock } from './start-lock.js';

export interface EmbeddedPostgresOptions {
  /** Where the server's files lie, e.g. `.dovetail/postgres`. Made if missing. */
  readonly folder: string;
  /** Told, in plain words, about what takes time. Default: nobody. */
  readonly log?: (line: string) => void;
  /** More lines of configuration, by name. They hold from the next start on, not for a server already running. */
  readonly settings?: ServerSettings;
}

export interface EmbeddedPostgres {
  /** As superuser to the database `postgres`. Holds the password: never print it. */
  readonly connection: pg.ClientConfig;
  /** The same as a URL that pg, psql and `new URL` take. */
  readonly url: string;
  /** The server's version, e.g. `18.4`. */
  readonly version: string;
  /** Where the data lies: the folder asked for, or another place if the server's account can't reach it. */
  readonly folder: string;
  /** Process id of the server. */
  readonly pid: number;
  /** Stops the server, rolling back what is open. Does nothing if it is not running. */
  stop(): Promise<void>;
}

/**
 * Starts the server of a folder, or finds it running; sets it up first where there is none. Any number of processes
 * may call this at once. After a crash of the server, call it again: it recovers. Takes about 2 s the first time,
 * 0.3 s to start, 0.05 s to find. Throws POSTGRES-101 to 107.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  const installed = readPlatformBinaries();
  const asked = prepareFolder(options.folder);
  const account = findServerAccount(join(asked, 'data'));
  const place = await choosePlaceLocked(asked, account, log);
  const server: Server = {
    place,
    data: join(place, 'data'),
    account: findServerAccount(join(place, 'data')),
  };
  const binaries = () => prepareBinaries(installed, server.account, place, log);

  const running = findPostmaster(server.data) && (await findServer(server.data, readPassword(place)));
  const found =
    running ??
    (await withStartLock(join(place, 'starting.lock'), async () => {
      const other = await findServer(server.data, readPassword(place));
      return other ?? (await start(server, await binaries(), options.settings ?? {}, log));
    }));
  return {
    connection: found.connection,
    url: toUrl(found.connection),
    version: found.version,
    folder: place,
    pid: findPostmaster(server.data)?.pid ?? 0,
    stop: () =>
      withStartLock(join(place, 'starting.lock'), async () =>
        stop(server, await binaries(), found.connection),
      ),
  };
}

interface Server {
  readonly place: string;
  readonly data: string;
  readonly account: ServerAccount | undefined;
}

interface RunningServer {
  readonly connection: ServerConnection;
  readonly version: string;
}

// Two first starts at once must not choose two places.
function choosePlaceLocked(
  folder: string,
  account: ServerAccount | undefined,
  log: (line: string) => void,
): Promise<string> {
  return withStartLock(join(folder, 'choosing.lock'), () => choosePlace(folder, account, log));
}

async function start(
  server: Server,
  binaries: ServerBinaries,
  settings: ServerSettings,
  log: (line: string) => void,
): Promise<RunningServer> {
  const { place, data, account } = server;
  const isNew = statSync(data, { throwIfNoEntry: false }) === undefined;
  log(isNew ? `Setting up PostgreSQL in ${place}` : `Starting PostgreSQL in ${place}`);
  await setUpCluster(place, binaries, account, settings['fsync'] !== 'off');
  await checkVersion(server, binaries);
  defuseStalePostmaster(data);
  await writeSettings(place, data, account, settings);
  const logFile = join(data, 'server.log');
  keepLogSmall(logFile);

  // The children of a killed server take a moment to notice; until then its shared memory is in use.
  const patience = performance.now() + 15_000;
  for (;;) {
    const logFrom = readSize(logFile);
    const result = await pgCtl(server, binaries, ['start', '-w', '-t', '300', '-l', logFile]);
    const found = await findServer(data, readPassword(place));
    if (found !== undefined) return found;
    const logEnd = readFrom(logFile, logFrom);
    const isAbandoned = /pre-existing shared memory block|lock file ".*" already exists/.test(logEnd);
    if (!isAbandoned || performance.now() > patience) throw startError(result, logEnd, logFile);
    await sleep(200);
  }
}

async function stop(server: Server, binaries: ServerBinaries, connection: ServerConnection): Promise<void> {
  if (findPostmaster(server.data) === undefined) return;
  await pgCtl(server, binaries, ['stop', '-w', '-m', 'fast', '-t', '120']);
  // A socket folder we had to make elsewhere; the one beside the data stays.
  if (basename(dirname(connection.host)) === 'tmp' && connection.host.startsWith('/tmp/dovetail-')) {
    rmSync(connection.host, { recursive: true, force: true });
  }
}

function pgCtl(server: Server, binaries: ServerBinaries, args: readonly string[]): Promise<CommandResult> {
  return runAs(server.account, binaries.pgCtl, [args[0]!, '-s', '-D', server.data, ...args.slice(1)]);
}

async function checkVersion(server: Server, binaries: ServerBinaries): Promise<void> {
  const data = readFileSync(join(server.data, 'PG_VERSION'), 'utf8').trim();
  const { code, output } = await runAs(server.account, binaries.pgCtl, ['--version']);
  const program = /\b(\d+)(\.\d+)*/.exec(output)?.[1];
  if (program === undefined) {
    throw postgresError(103, {
      detail: `The PostgreSQL binaries can't be run: ${output || `${binaries.pgCtl} said nothing, and ended with ${code}.`}`,
      hint: OTHER_DATABASE,
    });
  }
  if (program === data) return;
  throw postgresError(104, {
    detail: `The data in ${server.data} are of PostgreSQL ${data}, the binaries of PostgreSQL ${program}.`,
    hint: 'Move the folder away to begin anew, or install the Dovetail that made it and take a dump.',
  });
}

function startError(result: CommandResult, logEnd: string, logFile: string) {
  const reasons = logEnd
    .split('\n')
    .filter((line) => /FATAL|PANIC|HINT|could not|invalid value|unrecognized|syntax error/.test(line));
  const said = [...reasons.slice(-4), result.output].filter(Boolean).join('\n');
  return postgresError(103, {
    detail: `PostgreSQL did not start: ${said || `pg_ctl said nothing, and ended with ${result.code}.`}`,
    hint: `Its log is ${logFile}. ${OTHER_DATABASE}`,
  });
}

const OTHER_DATABASE = 'Set DATABASE_URL to a PostgreSQL 15 or newer to use that one instead.';
const LARGEST_LOG = 10 * 1024 * 1024;

function keepLogSmall(logFile: string): void {
  if (readSize(logFile) > LARGEST_LOG) renameSync(logFile, `${logFile}.old`);
}

function readSize(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function readFrom(file: string, offset: number): string {
  return readSize(file) === 0 ? '' : readFileSync(file).subarray(offset).toString('utf8').slice(-4000);
}
