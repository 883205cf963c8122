// The embedded server's configuration, written anew before each start.
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, statfsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { ServerAccount } from './server-account.js';

export type ServerSettings = Readonly<Record<string, string>>;

const FILE = 'dovetail.conf';
const HAS_SOCKETS = process.platform !== 'win32';
/** A socket's path has room for 103 bytes on macOS, 107 on Linux. */
const LONGEST_SOCKET_FOLDER = 103 - '/.s.PGSQL.5432'.length;

/** Line that makes the server read our file after its own. */
export const INCLUDE_LINE = `\ninclude_if_exists = '${FILE}'\n`;

/** Chosen for one machine that works and develops: change capture possible, disk use bounded, no open port. */
const DEFAULTS: ServerSettings = {
  wal_level: 'logical',
  // Without a limit, a replication slot nobody reads fills the disk.
  max_slot_wal_keep_size: '4GB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  shared_buffers: '256MB',
  max_connections: '100',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // PostgreSQL stops rather than going on without its data folder.
  logging_collector: 'off',
};

/** Writes the settings into `data`; `more` come last and so win. Returns nothing: the server says where it listens. */
export async function writeSettings(
  place: string,
  data: string,
  account: ServerAccount | undefined,
  more: ServerSettings,
): Promise<void> {
  const settings = {
    ...DEFAULTS,
    ...(await listenSettings(place, account)),
    ...sharedMemorySettings(),
    ...more,
  };
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
  );
  const path = join(data, FILE);
  writeFileSync(path, `# Written by Dovetail before each start; changes here are lost.\n${lines.join('')}`);
  chmodSync(path, 0o600);
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

async function listenSettings(place: string, account: ServerAccount | undefined): Promise<ServerSettings> {
  if (!HAS_SOCKETS) return { listen_addresses: '127.0.0.1', port: String(await readFreePort()) };
  return { listen_addresses: '', port: '5432', unix_socket_directories: prepareSocketFolder(place, account) };
}

function prepareSocketFolder(place: string, account: ServerAccount | undefined): string {
  let folder = join(place, 'socket');
  if (Buffer.byteLength(folder) > LONGEST_SOCKET_FOLDER || folder.includes(',')) {
    folder = mkdtempSync('/tmp/dovetail-');
  } else if (!existsSync(folder)) mkdirSync(folder);
  chmodSync(folder, 0o700);
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  return folder;
}

// Containers often come with 64 MB of it, and a parallel query that finds it full fails.
function sharedMemorySettings(): ServerSettings {
  if (process.platform !== 'linux' || !existsSync('/dev/shm')) return {};
  const { bsize, blocks } = statfsSync('/dev/shm');
  return bsize * blocks < 256 * 1024 * 1024 ? { dynamic_shared_memory_type: 'mmap' } : {};
}

function readFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
