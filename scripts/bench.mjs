// Runs one of the benchmarks in bench/, or lists them: `npm run bench -- NAME [--rows N]`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, ROOT, runTool } from './bootstrap.mjs';

const BENCH = join(ROOT, 'bench');
// What only carries others: a benchmark's own file says so by not being named like one.
const PARTS = new Set(['measure']);

function listBenchmarks() {
  return readdirSync(BENCH)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .filter((name) => !PARTS.has(name))
    .sort();
}

const [name, ...args] = process.argv.slice(2);
const names = listBenchmarks();
if (name !== undefined && names.includes(name)) {
  bootstrap();
  process.exitCode = runTool('tsx/dist/cli.mjs', [join(BENCH, `${name}.ts`), ...args]).status ?? 1;
} else {
  if (name !== undefined && !name.startsWith('-')) console.error(`There is no benchmark "${name}".\n`);
  console.log('npm run bench -- NAME [--rows N]\n');
  for (const one of names) {
    const opening = /^\/\/ (.*)$/m.exec(readFileSync(join(BENCH, `${one}.ts`), 'utf8'))?.[1] ?? '';
    console.log(`  ${one.padEnd(16)}${opening}`);
  }
  process.exitCode = name === undefined || name === '--help' ? 0 : 2;
}
