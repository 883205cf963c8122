// `npm run bench -- baseline`: the two ways of writing the script against each other, to know that the yardstick is straight.
import { parseArgs } from 'node:util';
import { benchImport } from './import/import-bench.js';
import { createBaseline } from './import/import-scenarios.js';

const { values } = parseArgs({ options: { rows: { type: 'string' }, rounds: { type: 'string' } } });
await benchImport({
  baseline: 'on conflict',
  dovetail: createBaseline('merge'),
  sideName: 'merge',
  prepare: async () => {},
  scenarios: ['fresh', 'changed', 'unchanged'],
  rows: Number(values.rows ?? 300_000),
  rounds: Number(values.rounds ?? 3),
  print: (line) => console.log(line),
});
