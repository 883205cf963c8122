// Runs one of the benchmarks in bench/, or lists them: `npm run bench -- NAME [--rows N]`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, ROOT, runTool } from './bootstrap.mjs';
import { build } from './build.mjs';

const BENCH = join(ROOT, 'bench');
/** The files that open with "`npm run bench -- NAME`: what it measures"; the others only carry them. */
function listBenchmarks() {
  return readdirSync(BENCH)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .flatMap((name) => {
      const opening = readFileSync(join(BENCH, `${name}.ts`), 'utf8').split('\n', 1)[0];
      const says = opening.split(`\`npm run bench -- ${name}\`: `)[1];
      return says === undefined ? [] : [{ name, says }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const [name, ...args] = process.argv.slice(2);
const benchmarks = listBenchmarks();
if (name !== undefined && benchmarks.some((one) => one.name === name)) {
  bootstrap();
  // Imports are measured with the built product.
  build();
  process.exitCode = runTool('tsx/dist/cli.mjs', [join(BENCH, `${name}.ts`), ...args]).status ?? 1;
} else {
  if (name !== undefined && !name.startsWith('-')) console.error(`There is no benchmark "${name}".\n`);
  console.log('npm run bench -- NAME [--rows N]\n');
  for (const one of benchmarks) console.log(`  ${one.name.padEnd(16)}${one.says}`);
  process.exitCode = name === undefined || name === '--help' ? 0 : 2;
}
