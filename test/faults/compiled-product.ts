// The product compiled, for tests that start many processes: one of them is then up in a third of the time.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export interface CompiledProduct {
  /** The script that `fault-process.ts` became. */
  readonly entry: string;
  /** The command line as users have it. */
  readonly cli: string;
  remove(): void;
}

/** Compiles the sources as they are now into a folder below the project, so that its modules are found. */
export function compileProduct(): CompiledProduct {
  const parent = join(ROOT, '.dovetail', 'test-build');
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'faults-'));
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { noEmit: false, rootDir: ROOT, outDir: folder },
    include: [
      join(ROOT, 'src/cli/dovetail.ts'),
      join(ROOT, 'src/index.ts'),
      join(ROOT, 'test/faults/fault-process.ts'),
    ],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  for (const name of ['package.json', 'migrations']) symlinkSync(join(ROOT, name), join(folder, name));
  // What doesn't pass the type check is compiled all the same: finding that is another check's work.
  const { stdout } = spawnSync(
    process.execPath,
    [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'tsconfig.json')],
    { encoding: 'utf8' },
  );
  const entry = join(folder, 'test/faults/fault-process.js');
  if (!existsSync(entry)) throw new Error(`The product could not be compiled: ${stdout}`);
  return {
    entry,
    cli: join(folder, 'src/cli/dovetail.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
