// The reference says what the code says: each page is made anew and compared. `npm run docs` writes them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { toCommandPage } from './reference/command-pages.js';
import { readRegisters, toErrorPage } from './reference/error-page.js';
import { toFormatPage } from './reference/format-page.js';
import { readMembers } from './reference/interface-members.js';
import { toJsonApiPage } from './reference/jsonapi-page.js';
import { readOutcome, toOutcomePage } from './reference/outcome-page.js';
import { toOwnPage } from './reference/own-page.js';
import { toConfigurationPage, toMappingPage } from './reference/settings-pages.js';
import { toSinkPage } from './reference/sinks-page.js';
import { toTablePage } from './reference/table-page.js';

const PAGES = join(import.meta.dirname, '..', '..', 'docs', 'reference');

describe('the reference', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase('empty');
    await setUpDatabase(test.database);
  });
  afterAll(() => test.drop());

  const pages: Readonly<Record<string, () => string | Promise<string>>> = {
    'commands.md': toCommandPage,
    'errors.md': toErrorPage,
    'formats.md': toFormatPage,
    'file-outcomes.md': toOutcomePage,
    'configuration.md': toConfigurationPage,
    'jsonapi.md': toJsonApiPage,
    'mapping.md': toMappingPage,
    'own-resources.md': toOwnPage,
    'sinks.md': toSinkPage,
    'tables.md': () => toTablePage(test.database),
  };

  it.each(Object.keys(pages))('%s is what the code says (else: npm run docs)', async (name) => {
    await expect(await pages[name]!()).toMatchFileSnapshot(join(PAGES, name));
  });

  it('names every room and every number once', async () => {
    const registers = await readRegisters();
    const rooms = registers.map(({ room }) => room);
    expect(new Set(rooms).size).toBe(rooms.length);
    expect(rooms).toContain('RECORDS');
  });

  it('reads every member of an interface', () => {
    const source =
      'export interface A {\n  /** One. */\n  readonly one: string;\n  two?:\n    | 1\n    | 2;\n  /**\n   * Three\n   * lines.\n   */\n  three(row: number): void;\n}\n';
    expect(readMembers(source, 'A')).toEqual([
      { name: 'one', optional: false, type: 'string', says: 'One.' },
      { name: 'two', optional: true, type: '1 | 2', says: '' },
      { name: 'three(row: number)', optional: false, type: 'void', says: 'Three lines.' },
    ]);
    expect(() => readMembers(source, 'B')).toThrow('no interface B');
  });

  it('reads every kind of outcome', () => {
    expect(readOutcome('a.csv | refused: FORMATS-114 The quotes are broken.')).toEqual({
      file: 'a.csv',
      kind: 'refused',
      outcome: 'refused, FORMATS-114',
      why: 'The quotes are broken.',
    });
    expect(
      readOutcome("b.csv | 9 rows x 5, 2 failed | id,name | csv; delimiter '|'; UTF-8 | line 4 FORMATS-201"),
    ).toEqual({
      file: 'b.csv',
      kind: 'read in part',
      outcome: '9 rows, 5 columns, 2 failed',
      why: "delimiter '|'; UTF-8; line 4 FORMATS-201",
    });
    expect(() => readOutcome('c.csv | what?')).toThrow('No outcome');
  });

  it('has no page that nobody makes', () => {
    expect(readdirSync(PAGES).sort()).toEqual(Object.keys(pages).sort());
    for (const name of Object.keys(pages))
      expect(readFileSync(join(PAGES, name), 'utf8')).toContain('npm run docs');
  });
});
