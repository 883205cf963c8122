// The product built, for tests that start many processes: one of them is then up in a third of the time.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bundle } from '../../scripts/bundle.mjs';

const ROOT = join(import.meta.dirname, '..', '..');

export interface CompiledProduct {
  /** The script that `fault-process.ts`, or the other one that was asked for, became. */
  readonly entry: string;
  /** The command line as users have it. */
  readonly cli: string;
  remove(): void;
}

/** Builds the sources as they are now into a folder below the project, so that packages are found. */
export function compileProduct(name = 'fault-process'): CompiledProduct {
  const parent = join(ROOT, '.dovetail', 'test-build');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'faults-'));
  for (const name of ['package.json', 'migrations']) symlinkSync(join(ROOT, name), join(folder, name));
  const program = join(folder, 'dist', 'program');
  bundle(program, [`test/faults/${name}.ts`]);
  return {
    entry: join(program, `${name}.js`),
    cli: join(program, 'dovetail.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
