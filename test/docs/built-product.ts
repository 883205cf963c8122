// The product as it is shipped, compiled aside for this process: starting it takes a third of what the sources take, and
// nobody else's build is disturbed.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

// Inside the project, where packages are found by walking up.
const FOLDER = join(ROOT, '.dovetail', `docs-test-${process.pid}`);

let built: Promise<string> | undefined;

/** Path of the command line's entry. Built at the first call. */
export function readProductEntry(): Promise<string> {
  built ??= buildProduct();
  return built;
}

/** For the end of a test file that ran pages. */
export function removeProduct(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  built = undefined;
}

async function buildProduct(): Promise<string> {
  mkdirSync(FOLDER, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(FOLDER, 'package.json'));
  for (const name of ['migrations', 'demo']) symlinkSync(join(ROOT, name), join(FOLDER, name));
  const dist = join(FOLDER, 'dist');
  const args = [
    join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
    '--outDir',
    dist,
  ];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the sources do not compile:\n${said}`);
  return join(dist, 'cli', 'dovetail.js');
}
