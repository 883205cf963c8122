import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareDataFolder, readDataFolder } from './data-folder.js';

describe('the data folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dovetail-data-folder-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is the one given, relative to where the caller stands', () => {
    expect(readDataFolder({ given: 'other', workFolder: root })).toBe(join(root, 'other'));
    expect(readDataFolder({ given: '/somewhere', workFolder: root })).toBe('/somewhere');
  });

  it('lies beside the configuration file', () => {
    expect(readDataFolder({ configFolder: root, workFolder: join(root, 'deep') })).toBe(
      join(root, '.dovetail'),
    );
  });

  it('is found from a folder further down', () => {
    mkdirSync(join(root, '.dovetail'));
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    expect(readDataFolder({ workFolder: join(root, 'a', 'b') })).toBe(join(root, '.dovetail'));
  });

  it('is made where the caller stands if there is none', () => {
    expect(readDataFolder({ workFolder: root })).toBe(join(root, '.dovetail'));
    expect(existsSync(join(root, '.dovetail'))).toBe(false);
  });

  it('keeps its content out of version control', () => {
    const folder = prepareDataFolder(join(root, 'x', '.dovetail'));
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toBe('*\n');
    expect(prepareDataFolder(folder)).toBe(folder);
  });
});
