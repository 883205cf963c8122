// `npm run bench -- changes`: commits to a consumer in this process: how many a second, how soon, and what an import pays for it
import { parseArgs } from 'node:util';
import { measureImportSlowdown } from './changes/import-slowdown.js';
import { measureLatency } from './changes/latency.js';
import { measureSustained } from './changes/sustained.js';
import { toJsonLine } from './measure.js';
import { openBenchServer } from './server/bench-server.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '20' },
    /** Comma-separated: sustained, latency, import. Default all. */
    only: { type: 'string', default: 'sustained,latency,import' },
  },
});
const rows = Number(values.rows);
const only = values.only.split(',');
const server = await openBenchServer();
try {
  console.log(`${server.says}; ${rows.toLocaleString('en')} rows`);
  const result: Record<string, unknown> = { rows };
  if (only.includes('sustained')) result['sustained'] = await measureSustained(server, rows);
  if (only.includes('latency')) result['inProcess'] = await measureLatency(server, Number(values.seconds));
  if (only.includes('import')) {
    Object.assign(result, await measureImportSlowdown(server, rows, Number(values.rounds)));
  }
  console.log(toJsonLine('changes', result));
} finally {
  await server.close();
}
