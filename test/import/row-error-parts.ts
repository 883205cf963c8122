// What every error of a row must say, and which codes can't say all of it.
import { expect } from 'vitest';
import type { RunIssue } from '../../src/engine/pipeline/index.js';
import type { ImportFixture, ImportWish } from './import-fixture.js';

type Part = 'column' | 'field' | 'value' | 'line';

/** What a code has not, and why. */
const EXCEPTIONS: Readonly<Record<string, { readonly lacks: readonly Part[]; readonly why: string }>> = {
  'FILES-114': { lacks: ['column', 'field', 'value'], why: 'the row as a whole is left out' },
  'FORMATS-201': { lacks: ['value'], why: 'the cell to blame is missing' },
  'FORMATS-202': { lacks: ['column', 'field'], why: 'the cells too many are in no column' },
  'FORMATS-211': { lacks: ['column', 'field'], why: 'a record that is no JSON has no columns' },
  'FORMATS-212': { lacks: ['column', 'field'], why: 'a value that is no object has no columns' },
  'FORMATS-213': { lacks: ['column', 'field'], why: 'the record could not be taken apart' },
  'FORMATS-221': { lacks: ['value'], why: 'the cell has none' },
  'FORMATS-223': { lacks: ['column', 'field'], why: 'the cell is in no column' },
  'FORMATS-231': { lacks: ['column', 'field', 'value'], why: 'the record as a whole is judged' },
  'FORMATS-232': { lacks: ['column', 'field', 'value'], why: 'the record as a whole is judged' },
  'FORMATS-240': { lacks: ['column', 'field', 'value'], why: 'the whole row is a header' },
  'FORMATS-241': { lacks: ['column', 'field', 'value'], why: 'the whole row is a footer' },
  'RECORDS-311': { lacks: ['column', 'field', 'value'], why: 'a trigger refuses a row, not a cell' },
  'RECORDS-313': { lacks: ['line', 'column'], why: 'the record is not in the source' },
  'RECORDS-316': { lacks: ['column', 'field', 'value'], why: 'a trigger leaves a row out, not a cell' },
  'RECORDS-317': { lacks: ['column', 'field', 'value'], why: 'a hook that throws blames no cell' },
  'MAPPING-402': { lacks: ['column', 'field', 'value'], why: 'the condition is about the row' },
  'MAPPING-403': { lacks: ['value'], why: 'the rows are too many, not one of them' },
  'MAPPING-404': { lacks: ['column', 'field', 'value'], why: 'the document as a whole is reshaped' },
  'MAPPING-405': { lacks: ['column', 'field', 'value'], why: 'the hook refused the row, not a cell' },
};

export type Case = readonly [
  code: string,
  entity: string,
  source: string | Uint8Array,
  wish?: ImportWish,
  hint?: RegExp,
];

/** Imports the source and holds the first issue with the code to all seven parts. */
export async function expectParts(
  at: ImportFixture,
  [code, entity, source, wish = {}, hint = /./]: Case,
): Promise<void> {
  const report = await at.import(entity, source, wish);
  const all: readonly RunIssue[] =
    report.run === undefined
      ? [...report.errors, ...report.warnings].flatMap(({ first }) => first)
      : await at.issues(report);
  const issue = all.find((each) => each.code === code);
  expect(issue, JSON.stringify([report.failure, all])).toBeDefined();
  const lacks = EXCEPTIONS[code]?.lacks ?? [];
  for (const part of ['line', 'column', 'field', 'value'] as const)
    if (!lacks.includes(part)) expect(issue, `${part} of ${code}`).toHaveProperty(part);
  expect(issue!.value?.length ?? 0).toBeLessThanOrEqual(200);
  expect(issue!.message.length).toBeGreaterThan(10);
  expect(issue!.hint).toMatch(hint);
}
