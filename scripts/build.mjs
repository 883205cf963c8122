// Compiles the sources into dist/, if they changed since the last time: types and single modules, and in dist/program what users run.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bootstrap, ROOT, runTool } from './bootstrap.mjs';
import { bundle } from './bundle.mjs';

const DIST = join(ROOT, 'dist');
const STAMP = join(DIST, '.built-from');

/** Brings dist/ up to date; ends the process if the sources don't compile. */
export function build() {
  const hash = hashSources();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hash) return;
  console.error('Building (tsc)');
  // Aside first: what runs from dist/ meanwhile never sees half of it, and files whose source is gone go too.
  const fresh = join(ROOT, `dist.new-${process.pid}`);
  const { status } = runTool('typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', fresh]);
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    console.error('The sources do not compile; the lines above say where.');
    process.exit(1);
  }
  bundle(join(fresh, 'program'));
  writeFileSync(join(fresh, '.built-from'), hash);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(fresh, DIST);
}

function hashSources() {
  const hash = createHash('sha256');
  const add = (path) => hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  for (const path of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/bundle.mjs'])
    add(path);
  for (const path of listFiles('src')) if (!path.endsWith('.test.ts')) add(path);
  return hash.digest('hex');
}

function listFiles(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) =>
      entry.isDirectory() ? listFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  bootstrap();
  build();
}
