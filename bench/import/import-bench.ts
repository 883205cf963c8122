// Measures loading product files, scenario by scenario, and says it as a table and as one line of JSON.
import { join } from 'node:path';
import type { BaselineVariant } from '../baseline/import-products.js';
import { type ProductFile, type ProductFileName, readyProductFile } from '../data/product-generator.js';
import { type ComparisonResult, measureComparison, toJsonLine, toTable } from '../measure.js';
import { openBenchServer } from '../server/bench-server.js';
import {
  createBaseline,
  createScenario,
  createTemplates,
  type ProductImport,
  type ScenarioName,
} from './import-scenarios.js';

export interface ImportBenchOptions {
  readonly dovetail: ProductImport;
  /** Awaited before each run, outside of what is measured. */
  readonly ready?: () => Promise<void>;
  /** What the table calls it. Default `dovetail`. */
  readonly sideName?: string;
  /** What Dovetail needs in a database before it imports: its own schema. Not measured. */
  readonly prepare: (databaseUrl: string) => Promise<void>;
  readonly scenarios: readonly ScenarioName[];
  /** Rows of each file. */
  readonly rows: number;
  readonly rounds: number;
  readonly baseline: BaselineVariant;
  /** Said with the results. */
  readonly notes?: readonly string[];
  readonly print: (line: string) => void;
}

const FILES: readonly ProductFileName[] = ['clean', 'changed', 'errors', 'refusals'];

/** Runs the scenarios on a server and databases of their own. The last line printed is JSON: `ratio.fresh` …, `rssMb`. */
export async function benchImport(options: ImportBenchOptions): Promise<void> {
  const { rows, rounds, print } = options;
  const server = await openBenchServer();
  try {
    print(
      `${server.says}; ${rows.toLocaleString('en')} rows, median of ${rounds}, baseline: ${options.baseline}${(options.notes ?? []).map((note) => `, ${note}`).join('')}`,
    );
    const files = await readyFiles(rows);
    const templates = await createTemplates(server, files.clean, options.prepare);
    const parts = { server, templates, files, baseline: createBaseline(options.baseline) };
    const results: ComparisonResult[] = [];
    for (const name of options.scenarios) {
      const scenario = createScenario(name, {
        ...parts,
        dovetail: options.dovetail,
        ...(options.ready ? { ready: options.ready } : {}),
        sideName: options.sideName ?? 'dovetail',
      });
      results.push(await measureComparison(scenario, { rounds, say: print }));
    }
    print(toTable(results, rows));
    print(toJsonLine('import', toSummary(results, options)));
  } finally {
    await server.close();
  }
}

async function readyFiles(rows: number): Promise<Record<ProductFileName, ProductFile>> {
  const folder = join(import.meta.dirname, '..', '..', '.dovetail', 'bench');
  const files: Partial<Record<ProductFileName, ProductFile>> = {};
  for (const name of FILES) files[name] = await readyProductFile(folder, name, rows);
  return files as Record<ProductFileName, ProductFile>;
}

function toSummary(results: readonly ComparisonResult[], options: ImportBenchOptions) {
  const { rows, rounds, baseline, notes } = options;
  const peak = Math.max(...results.map((result) => result.candidate.peakRss));
  return {
    rows,
    rounds,
    baseline,
    ...(notes === undefined ? {} : { notes }),
    ratio: Object.fromEntries(results.map((result) => [result.name, result.ratio])),
    seconds: Object.fromEntries(
      results.map(({ name, baseline: b, candidate: c }) => [name, [b.median / 1000, c.median / 1000]]),
    ),
    rssMb: Math.round(peak / 1e6),
  };
}
