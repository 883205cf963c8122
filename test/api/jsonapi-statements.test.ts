// The table of statements against the standard's own list, and against the tests it names.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSamples } from '../support/samples.js';
import { STATEMENTS } from './jsonapi-statements.js';

const LIST = 'jsonapi/_format/1.1/normative-statements.json';
const samples = findSamples();

interface NormativeStatement {
  readonly id: string;
  readonly attributes: { readonly level: string };
}

/** Ids of the statements of level MUST, which holds MUST NOT; without the page's head. */
function readMusts(folder: string): readonly string[] {
  const text = readFileSync(join(folder, LIST), 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '');
  const { included } = JSON.parse(text) as { readonly included: readonly NormativeStatement[] };
  return included.filter(({ attributes }) => attributes.level.startsWith('MUST')).map(({ id }) => id);
}

/** `describe: it` of every test of a file, as they are written down. */
function readTestNames(file: string): readonly string[] {
  const names: string[] = [];
  let topic = '';
  const text = readFileSync(join(import.meta.dirname, file), 'utf8');
  for (const [, kind, , name] of text.matchAll(/^\s*(describe|it)\(\s*(['"])(.+?)\2,/gm)) {
    if (kind === 'describe') topic = name!;
    else names.push(`${topic}: ${name}`);
  }
  return names;
}

describe('the table of statements', () => {
  it.skipIf(samples === undefined)('has every MUST of the standard, and no other', () => {
    const musts = readMusts(samples!);
    expect(musts.length).toBeGreaterThan(100);
    // Two of them stand in the list twice.
    expect(STATEMENTS.map(({ id }) => id).sort()).toEqual([...new Set(musts)].sort());
  });

  it('names only tests that there are', () => {
    const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
    const known = new Set(
      files.flatMap((file) => readTestNames(file).map((name) => `${file.replace('.test.ts', '')}: ${name}`)),
    );
    const named = STATEMENTS.flatMap(({ shownBy = [] }) =>
      shownBy.map(({ file, name }) => `${file}: ${name}`),
    );
    expect(named.length).toBeGreaterThan(100);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('says of each how it is shown, or why it does not apply', () => {
    expect(STATEMENTS.filter(({ shownBy, note }) => !shownBy?.length && !note)).toEqual([]);
    expect(new Set(STATEMENTS.map(({ id }) => id)).size).toBe(STATEMENTS.length);
  });
});
