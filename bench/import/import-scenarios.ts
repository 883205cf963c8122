// The scenarios of `bench/import`: which file is loaded over which stored rows, by whom, and what must be true afterwards.

import { openDatabase } from '../../src/foundation/postgres/database.js';
import {
  type BaselineVariant,
  createBenchTables,
  createRefusingTrigger,
  importProductsBaseline,
} from '../baseline/import-products.js';
import type { ProductFile, ProductFileName } from '../data/product-generator.js';
import type { Comparison, RunReport, Side } from '../measure.js';
import type { BenchDatabase, BenchServer } from '../server/bench-server.js';

/** Loads a product file into `bench_product` of the database, with everything on that a user has by default. */
export type ProductImport = (databaseUrl: string, file: ProductFile) => Promise<ImportOutcome>;

export interface ImportOutcome extends RunReport {
  /** Rows added or updated. */
  readonly written: number;
  /** Rows reported as errors, each once. */
  readonly failed: number;
}

export type ScenarioName = 'fresh' | 'changed' | 'unchanged' | 'withErrors' | 'withRefusals';
export const SCENARIOS: readonly ScenarioName[] = [
  'fresh',
  'changed',
  'unchanged',
  'withErrors',
  'withRefusals',
];

/** Names of databases to copy: the tables empty, holding the clean file, empty with a trigger that refuses. */
export interface Templates {
  readonly empty: string;
  readonly filled: string;
  readonly refusing: string;
}

export interface ScenarioParts {
  readonly server: BenchServer;
  readonly templates: Templates;
  readonly files: Readonly<Record<ProductFileName, ProductFile>>;
  /** What `fresh`, `changed` and `unchanged` are compared with. */
  readonly baseline: ProductImport;
  readonly dovetail: ProductImport;
  /** Awaited before each run, outside of what is measured. */
  readonly ready?: () => Promise<void>;
  /** What the table calls the side measured. Default `dovetail`. */
  readonly sideName?: string;
}

/** Makes the three databases. `prepare` puts into each what Dovetail needs there, before any time is taken. */
export async function createTemplates(
  server: BenchServer,
  clean: ProductFile,
  prepare: (databaseUrl: string) => Promise<void>,
): Promise<Templates> {
  const create = async (fill?: (template: BenchDatabase) => Promise<unknown>): Promise<string> => {
    const template = await server.createDatabase();
    await createBenchTables(template.database);
    await prepare(template.url);
    await fill?.(template);
    await template.database.query('vacuum (analyze) bench_product');
    await template.disconnect();
    return template.name;
  };
  return {
    empty: await create(),
    filled: await create(({ database }) => importProductsBaseline(database, clean.path)),
    refusing: await create(({ database }) => createRefusingTrigger(database)),
  };
}

/** The script of a database administrator as a side. */
export function createBaseline(variant: BaselineVariant): ProductImport {
  return async (databaseUrl, file) => {
    const database = openDatabase(databaseUrl, { applicationName: 'dovetail_bench', max: 1 });
    try {
      return { written: await importProductsBaseline(database, file.path, variant), failed: 0 };
    } finally {
      await database.close();
    }
  };
}

/** The two sides of a scenario, ready for `measureComparison`. */
export function createScenario(name: ScenarioName, parts: ScenarioParts): Comparison {
  const { templates, files, dovetail, baseline, sideName = 'dovetail' } = parts;
  const { clean, changed, errors, refusals } = files;
  const all = { written: clean.rows, failed: 0 };
  const good = (file: ProductFile) => ({ written: file.good, failed: file.failing });
  const own: Load = { name: `${sideName}, clean file`, load: dovetail, file: clean, expected: all };
  const compare = (template: string, first: Load, second: Load) =>
    toComparison(name, parts, template, first, second);
  const both = (template: string, file: ProductFile, expected: Expected) =>
    compare(
      template,
      { name: 'baseline', load: baseline, file, expected },
      { name: sideName, load: dovetail, file, expected },
    );
  switch (name) {
    case 'fresh':
      return both(templates.empty, clean, all);
    case 'changed':
      return both(templates.filled, changed, all);
    case 'unchanged':
      return both(templates.filled, clean, { written: 0, failed: 0 });
    // The last two compare Dovetail with itself: the script stops at the first bad row.
    case 'withErrors':
      return compare(templates.refusing, own, {
        ...own,
        name: sideName,
        file: errors,
        expected: good(errors),
      });
    case 'withRefusals':
      return compare(templates.refusing, own, {
        ...own,
        name: sideName,
        file: refusals,
        expected: good(refusals),
      });
  }
}

interface Expected {
  readonly written: number;
  readonly failed: number;
}

interface Load {
  readonly name: string;
  readonly load: ProductImport;
  readonly file: ProductFile;
  readonly expected: Expected;
}

function toComparison(
  name: ScenarioName,
  { server, ready }: Pick<ScenarioParts, 'server' | 'ready'>,
  template: string,
  first: Load,
  second: Load,
): Comparison {
  let copy: BenchDatabase | undefined;
  let outcome: ImportOutcome | undefined;
  const digests = new Map<ProductFile, string>();
  const toSide = (load: Load): Side => ({
    name: load.name,
    run: async () => {
      outcome = await load.load(copy!.url, load.file);
      return outcome;
    },
  });
  const sides = new Map([first, second].map((load) => [toSide(load), load]));
  const [baseline, candidate] = [...sides.keys()] as [Side, Side];
  return {
    name,
    baseline,
    candidate,
    async before() {
      await copy?.drop();
      copy = await server.createDatabase(template);
      await ready?.();
    },
    async after(side) {
      const { file, expected } = sides.get(side)!;
      checkOutcome(`${name}, ${side.name}`, expected, outcome!);
      // Whoever loads the same file must leave the same rows.
      const digest = await readDigest(copy!);
      const known = digests.get(file) ?? digest;
      if (digest !== known) throw new Error(`${name}, ${side.name}: stored ${digest} instead of ${known}`);
      digests.set(file, digest);
    },
  };
}

function checkOutcome(what: string, expected: Expected, { written, failed }: ImportOutcome): void {
  if (written !== expected.written || failed !== expected.failed) {
    throw new Error(
      `${what}: ${written} rows written and ${failed} failed, instead of ${expected.written} and ${expected.failed}`,
    );
  }
}

/** What is stored, in short: whoever loads the same file must leave the same rows. */
export async function readDigest({ database }: BenchDatabase): Promise<string> {
  const { rows } = await database.query<{ digest: string }>(
    `select concat_ws(' / ', count(*), sum(price), sum(weight), sum(stock), sum(brand_id), sum(length(name)),
       sum(length(description)), sum(ean::bigint), sum(available_from - date '2000-01-01')) as digest
     from bench_product`,
  );
  return rows[0]!.digest;
}
