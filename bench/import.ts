// `npm run bench -- import`: a product file into PostgreSQL, against a script as a database administrator would write it
import { parseArgs } from 'node:util';
import { createDovetailSide, prepareDovetail } from './import/dovetail-side.js';
import { benchImport } from './import/import-bench.js';
import { SCENARIOS, type ScenarioName } from './import/import-scenarios.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    /** Comma-separated; default all. */
    only: { type: 'string' },
    writers: { type: 'string' },
    'chunk-rows': { type: 'string' },
    baseline: { type: 'string', default: 'on conflict' },
    /** Whether our side keeps what it writes over, as it does by default, up to its cap. */
    undo: { type: 'string', default: 'on' },
  },
});
const only = values.only?.split(',');
const side = createDovetailSide({
  ...(values.writers ? { writers: Number(values.writers) } : {}),
  ...(values['chunk-rows'] ? { chunkRows: Number(values['chunk-rows']) } : {}),
  ...(values.undo === 'off' ? { undoRows: 0 } : {}),
});
await benchImport({
  dovetail: side.load,
  ready: side.ready,
  prepare: prepareDovetail,
  scenarios: only ? SCENARIOS.filter((name: ScenarioName) => only.includes(name)) : SCENARIOS,
  rows: Number(values.rows),
  rounds: Number(values.rounds),
  notes: [`undo: ${values.undo === 'off' ? 'off' : 'on'}`],
  baseline: values.baseline === 'merge' ? 'merge' : 'on conflict',
  print: (line) => console.log(line),
});
side.close();
