// The product as it is shipped, built aside for this process: starting it takes a third of what the sources take, and
// nobody else's build is disturbed.
import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

// Inside the project, where packages are found by walking up.
const FOLDER = join(ROOT, '.dovetail', `docs-test-${process.pid}`);

let built: string | undefined;

/** Path of the command line's entry. Built at the first call. */
export function readProductEntry(): string {
  built ??= buildProduct();
  return built;
}

/** For the end of a test file that ran pages. */
export function removeProduct(): void {
  rmSync(FOLDER, { recursive: true, force: true });
  built = undefined;
}

function buildProduct(): string {
  mkdirSync(FOLDER, { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(FOLDER, 'package.json'));
  for (const name of ['migrations', 'demo']) symlinkSync(join(ROOT, name), join(FOLDER, name));
  const program = join(FOLDER, 'dist', 'program');
  bundle(program);
  return join(program, 'dovetail.js');
}
