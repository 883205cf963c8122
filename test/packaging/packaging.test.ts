// It can be had without cloning: what `npm pack` makes works in an empty folder, and holds nothing that is not for use.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type InstalledPackage, installPackage, ROOT } from './installed-package.js';

const CONFIG = `import { defineConfig, defineEntity } from 'dovetail';

export default defineConfig({
  entities: {
    brand: defineEntity({ label: 'Maker', rules: [{ name: 'a web address', field: 'website', pattern: 'https://.*' }] }),
  },
});
`;

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPackage();
}, 300_000);
afterAll(() => installed?.remove(), 60_000);

describe('the package', () => {
  it('holds the program, its migrations, the demo and its papers', () => {
    expect(installed.files).toEqual(
      expect.arrayContaining([
        'package.json',
        'README.md',
        'LICENSE',
        'CHANGELOG.md',
        'bin/dovetail.mjs',
        'dist/program/dovetail.js',
        'dist/program/index.js',
        'dist/index.d.ts',
        'dist/program/swagger-ui/swagger-ui-bundle.js',
        'dist/program/swagger-ui/swagger-ui.css',
        'dist/program/swagger-ui/LICENSE',
        'migrations/000001-runs.sql',
        'demo/files/products.csv',
        'demo/files/README.md',
        'demo/generate-products.mjs',
        'demo/shop/1.0/010-types.sql',
        'demo/shop/1.1/121-categories.yaml',
        'migrations/000004-loaded-files.sql',
      ]),
    );
  });

  it('holds no tests, no sources, no leftovers', () => {
    const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|(bin|dist|migrations|demo)\/.+)$/;
    const unwanted = /\.test\.|\.map$|(^|\/)\.|(?<!\.d)\.ts$|\.(tgz|log)$/;
    expect(installed.files.filter((file) => !allowed.test(file) || unwanted.test(file))).toEqual([]);
  });
});

describe('installed in an empty folder', () => {
  let shop: TestDatabase;
  beforeAll(async () => {
    shop = await createTestDatabase('shop');
  });
  afterAll(() => shop.drop());
  beforeEach((context) => {
    if (installed.unreachable !== undefined) {
      context.skip(`the packages it depends on are out of reach: ${installed.unreachable.slice(0, 200)}`);
    }
  });

  it('says its version', async () => {
    expect(await installed.dovetail(['--version'])).toMatchObject({ code: 0, stdout: '0.1.0\n' });
  });

  it('plans the set-up of a database and changes nothing', async () => {
    const { code, stdout } = await installed.dovetail(['init', '--plan'], { DATABASE_URL: shop.url });
    expect(code).toBe(0);
    expect(stdout).toContain('This would be created');
    expect(stdout).toContain('create table dovetail.runs');
    const { rows } = await shop.database.query("select 1 from pg_namespace where nspname = 'dovetail'");
    expect(rows).toEqual([]);
  });

  it('shows the demo from beginning to end, and again', { timeout: 300_000 }, async () => {
    const first = await installed.dovetail(['demo', '--once', '--rows', '2000']);
    expect(first, first.stderr).toMatchObject({ code: 0 });
    expect(first.stderr).toContain('2,000 read: 2,000 added');
    expect(first.stderr).toContain('2,000 read: 2,000 unchanged');
    const again = await installed.dovetail(['demo', '--once', '--rows', '2000', '--json']);
    const { steps } = JSON.parse(again.stdout) as { steps: { report?: { counters: object } }[] };
    expect(steps.at(-2)?.report?.counters).toMatchObject({ read: 2000, unchanged: 2000, failed: 0 });
  });

  it('suggests, after the demo, only commands that work', { timeout: 300_000 }, async () => {
    const { stdout } = await installed.dovetail(['demo', '--once', '--rows', '2000']);
    const commands = stdout
      .slice(stdout.indexOf('Try next'))
      .split('\n')
      .filter((line) => line.startsWith('  npx dovetail '))
      .map((line) => line.trim());
    expect(commands.length).toBeGreaterThan(3);
    for (const command of commands) {
      const { code, stdout: said, stderr } = await installed.run('sh', ['-c', command]);
      // 4: the messy file has failed rows, which is what it is for.
      expect(code, `${command}\n${stderr}`).toBe(command.includes('messy') ? 4 : 0);
      expect(said.length, command).toBeGreaterThan(100);
      expect(command.includes(installed.folder), `${command}: a path longer than needed`).toBe(false);
    }
  });

  it('reads a configuration in TypeScript that imports it by name', async () => {
    const file = join(installed.folder, 'dovetail.config.ts');
    writeFileSync(file, CONFIG);
    const shown = await installed.dovetail(['entities', 'show', 'brand'], { DATABASE_URL: shop.url });
    expect(shown, shown.stderr).toMatchObject({ code: 0 });
    expect(shown.stdout).toContain('Maker');

    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--types',
      '',
    ];
    const check = () => installed.run(process.execPath, [tsc, ...options, file]);
    expect(await check()).toMatchObject({ code: 0, stdout: '' });
    writeFileSync(file, CONFIG.replace('label:', 'lable:'));
    const { code, stdout } = await check();
    expect(code).not.toBe(0);
    expect(stdout).toContain("'lable'");
  });
});
