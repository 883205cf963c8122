// The second of the two commands: type check, lint, architecture, unit and behaviour tests, and one line that says how
// it went. Arguments go to vitest. With --database-tests only the test files that use a database run; with --server-tests
// of these the ones whose outcome may depend on the version of the server.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { bootstrap, ROOT, runTool } from './bootstrap.mjs';

const DATABASE_ONLY = '--database-tests';
const SERVER_ONLY = '--server-tests';

/** Where statements are judged by the server itself. The rest asks it for nothing that differs from version to version. */
const SERVER_TESTS = [
  'test/catalog',
  'test/export',
  'test/import',
  'test/jobs',
  'test/load/applying',
  'test/postgres/install',
  'test/postgres/requirements',
  'test/records',
  'test/round-trip/awkward-values',
  'test/round-trip/sequences',
  'test/undo',
];
/** Long, and the same on every server: what they try is decided before the server is asked. */
const NOT_AGAIN = [
  'test/export/sample-export',
  'test/import/circles',
  'test/import/csv-adversarial',
  'test/import/documents',
  'test/import/file-fields/refused-files',
  'test/import/file-fields/taking-files',
  'test/import/run-files',
];

/** Counts of what was checked. The type check and the lint are one check each. */
function main(args) {
  bootstrap();
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const count = (status) => {
    if (status === 0) counts.passed += 1;
    else counts.failed += 1;
  };
  const only = args.find((arg) => arg === DATABASE_ONLY || arg === SERVER_ONLY);
  if (only === undefined) {
    console.log('Type check (tsc)');
    count(runTool('typescript/bin/tsc', ['--noEmit']).status);
    console.log('Lint (biome)');
    count(runTool('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']).status);
  }
  const files = only === undefined ? [] : listDatabaseTests();
  const wanted = only === SERVER_ONLY ? files.filter(isServerTest) : files;
  runVitest([...wanted, ...args.filter((arg) => arg !== only)], counts);
  console.log(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  process.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

function runVitest(args, counts) {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-test-'));
  const report = join(folder, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { status } = runTool('vitest/vitest.mjs', ['run', ...reporters, ...args]);
    const result = readReport(report);
    counts.passed += result.numPassedTests;
    counts.skipped += result.numPendingTests + result.numTodoTests;
    // A file that can't be loaded, or an error outside of any test, fails the run without a failed test.
    const broken = result.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    const failed = result.numFailedTests + broken.length;
    counts.failed += failed === 0 && status !== 0 ? 1 : failed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}

const isServerTest = (file) =>
  SERVER_TESTS.some((start) => file.startsWith(start)) && !NOT_AGAIN.some((start) => file.startsWith(start));

/** Test files that use a database, themselves or through a fixture they import. */
function listDatabaseTests() {
  const files = ['src', 'test']
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
  const imports = new Map(files.map((file) => [file, listImports(file)]));
  const uses = (file, seen = new Set()) => {
    if (file.endsWith(join('support', 'test-database.ts'))) return true;
    if (seen.has(file)) return false;
    seen.add(file);
    return (imports.get(file) ?? []).some((target) => uses(target, seen));
  };
  return files.filter((file) => file.endsWith('.test.ts') && uses(file)).map((file) => relative(ROOT, file));
}

function listImports(file) {
  const found = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s+'(\.[^']+)\.js'/g);
  return [...found].map(([, path]) => `${join(dirname(file), path)}.ts`);
}

main(process.argv.slice(2));
