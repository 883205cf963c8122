// Each example is a story that works: its README's commands are run in a copy of its folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeProduct } from './built-product.js';
import { runPage } from './page-runner.js';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');
const STORIES = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

afterAll(removeProduct);

describe.skipIf(process.platform === 'win32')('the example', () => {
  it.each(STORIES)('%s does what its README says', { timeout: 300_000 }, async (story) => {
    const folder = join(EXAMPLES, story);
    const { commands, outputs } = await runPage(readFileSync(join(folder, 'README.md'), 'utf8'), folder);
    expect(commands).toBeGreaterThan(0);
    expect(outputs).toBeGreaterThan(0);
  });
});
