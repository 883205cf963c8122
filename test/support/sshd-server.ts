// OpenSSH's own sshd, where this machine has it, as whoever runs the tests: on a free port, with keys and settings of its own in a folder.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { toFingerprint } from './ssh-fingerprint.js';

export interface SshdServer {
  readonly port: number;
  readonly user: string;
  readonly hostKey: string;
  /** Of a key that is let in: its file. */
  readonly privateKeyFile: string;
  /** Of a key that nobody knows. */
  readonly strangerKeyFile: string;
  stop(): Promise<void>;
}

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(existsSync);

/** Why there is none; undefined if there is one. */
export const noSshd = SSHD === undefined ? 'this machine has no sshd' : undefined;

/** Throws what sshd says where it does not start. */
export async function startSshd(): Promise<SshdServer> {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-sshd-'));
  const makeKey = (name: string, ...about: string[]): string => {
    execFileSync('ssh-keygen', ['-q', '-N', '', '-C', 'test', '-f', join(folder, name), ...about]);
    return join(folder, name);
  };
  const hostKeyFile = makeKey('host', '-t', 'ed25519');
  const privateKeyFile = makeKey('ada', '-t', 'ed25519');
  const strangerKeyFile = makeKey('stranger', '-t', 'ed25519');
  writeFileSync(join(folder, 'authorized_keys'), readFileSync(`${privateKeyFile}.pub`), { mode: 0o600 });
  const port = await findFreePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKeyFile}`,
    `AuthorizedKeysFile ${join(folder, 'authorized_keys')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'PermitRootLogin prohibit-password',
    'Subsystem sftp internal-sftp',
    'ForceCommand internal-sftp',
    'MaxStartups 100',
  ];
  writeFileSync(join(folder, 'sshd_config'), `${settings.join('\n')}\n`);
  // As root it wants the empty folder that the system's start script makes.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const child = spawn(SSHD!, ['-D', '-e', '-f', join(folder, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  await waitFor(child, port, () => said);
  const [, text] = readFileSync(`${hostKeyFile}.pub`, 'utf8').split(' ');
  return {
    port,
    user: userInfo().username,
    hostKey: toFingerprint(Buffer.from(text!, 'base64')),
    privateKeyFile,
    strangerKeyFile,
    async stop() {
      const closed = new Promise((done) => child.once('exit', done));
      child.kill();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

/** Until it answers. There is no other signal: sshd says that it listens before it does, or not at all. */
async function waitFor(child: ChildProcess, port: number, said: () => string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`sshd ended: ${said()}`);
    const answers = await new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        done(true);
      });
      socket.once('error', () => done(false));
    });
    if (answers) return;
    await new Promise((done) => setTimeout(done, 50));
  }
}
