// The rest of the errors that a row can get, held to the same seven parts as those of every-row-error.test.ts.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineEntity } from '../../src/engine/catalog/index.js';
import { makeOtherCases, OTHER_CODES, OTHER_TABLES } from './every-other-row-error.js';
import { createImportFixture, type ImportFixture } from './import-fixture.js';
import { type Case, expectParts } from './row-error-parts.js';

let at: ImportFixture;
let cases: readonly Case[];
beforeAll(async () => {
  at = await createImportFixture(OTHER_TABLES, 'empty', {
    refused: defineEntity({
      beforeMapping: (rows) => rows.refuse(0, { message: 'Not this one.', hint: 'Ask us.' }),
    }),
  });
  cases = await makeOtherCases(at);
});
afterAll(() => at?.drop());

it.each(OTHER_CODES)('%s', async (code) => {
  const own = cases.filter(([each]) => each === code);
  expect(own.length).toBeGreaterThan(0);
  for (const each of own) await expectParts(at, each);
});
