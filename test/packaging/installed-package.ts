// The package as somebody gets it who never sees this repository: packed, and installed in an empty folder.
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../src/foundation/postgres/embedded/embedded-postgres.js';

export const ROOT = join(import.meta.dirname, '..', '..');
const OUT_OF_REACH = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTCACHED|network/;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface InstalledPackage {
  readonly folder: string;
  /** Paths inside the package, as `npm pack` lists them. */
  readonly files: readonly string[];
  /** Why it could not be installed, where the way to the packages it depends on is closed. */
  readonly unreachable?: string;
  /** Runs `npx dovetail …` there. */
  dovetail(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  remove(): Promise<void>;
}

/** Packs and installs. Throws npm's words where either fails for another reason than the network. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-package-'));
  // The embedded server may run as another user than whoever runs the tests.
  chmodSync(folder, 0o755);
  const packed = await runIn(ROOT, 'npm', [
    'pack',
    '--json',
    '--loglevel=error',
    '--pack-destination',
    folder,
  ]);
  if (packed.code !== 0) throw new Error(`npm pack: ${packed.stderr}`);
  const [about] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('['))) as [
    { filename: string; files: { path: string }[] },
  ];
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }\n');
  const args = [
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const installed = await runIn(project, 'npm', [...args, join(folder, about.filename)]);
  const isUnreachable = installed.code !== 0 && OUT_OF_REACH.test(installed.stderr);
  if (installed.code !== 0 && !isUnreachable) throw new Error(`npm install: ${installed.stderr}`);
  return {
    folder: project,
    files: about.files.map((file) => file.path),
    ...(isUnreachable ? { unreachable: installed.stderr.trim() } : {}),
    dovetail: (dovetailArgs, env) => runIn(project, 'npx', ['--no', '--', 'dovetail', ...dovetailArgs], env),
    run: (program, programArgs, env) => runIn(project, program, programArgs, env),
    async remove() {
      // What the demo started would outlive the folder its data lies in.
      if (!isUnreachable) await stopEmbedded(join(project, '.dovetail', 'postgres'));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function stopEmbedded(folder: string): Promise<void> {
  const server = await startEmbeddedPostgres({ folder });
  await server.stop();
}

function runIn(
  cwd: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const { DATABASE_URL: _, ...inherited } = process.env;
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      {
        cwd,
        env: { ...inherited, NO_COLOR: '1', ...env },
        maxBuffer: 64 << 20,
        shell: process.platform === 'win32',
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
        resolve({ code, stdout, stderr });
      },
    );
  });
}
