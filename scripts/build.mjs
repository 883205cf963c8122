// Compiles the sources into dist/, if they changed since the last time: types and single modules, and in dist/program what users run.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
  copySwaggerUi(join(fresh, 'program', 'swagger-ui'));
  writeFileSync(join(fresh, '.built-from'), hash);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(fresh, DIST);
}

// Its files ship with ours, so that its package, which reports where it is installed, need not be.
function copySwaggerUi(folder) {
  const source = join(ROOT, 'node_modules', 'swagger-ui-dist');
  mkdirSync(folder);
  const files = [
    'swagger-ui-bundle.js',
    'swagger-ui-bundle.js.LICENSE.txt',
    'swagger-ui.css',
    'LICENSE',
    'NOTICE',
  ];
  for (const name of files) copyFileSync(join(source, name), join(folder, name));
}

function hashSources() {
  const hash = createHash('sha256');
  const add = (path) => hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  const scripts = ['scripts/build.mjs', 'scripts/bundle.mjs'];
  for (const path of ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...scripts]) add(path);
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
