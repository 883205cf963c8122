// The files the benchmarks import, kept between runs so that making them is no part of any measurement.
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  createProductGenerator,
  type ProductFileOptions,
  writeProductFile,
} from '../../demo/generate-products.mjs';

export { BENCH_BRANDS } from '../../demo/generate-products.mjs';

/** The scenarios of `bench/import`, by what is special about their file. */
export type ProductFileName = 'clean' | 'changed' | 'errors' | 'refusals';

const OPTIONS: Readonly<Record<ProductFileName, Omit<ProductFileOptions, 'rows'>>> = {
  clean: {},
  changed: { changed: 1 },
  // A tenth of the rows, every kind among them; what only a trigger can refuse is a thousandth.
  errors: {
    bad: {
      wrongType: 0.015,
      tooLong: 0.014,
      outOfRange: 0.014,
      missingRequired: 0.014,
      unknownReference: 0.014,
      ragged: 0.014,
      check: 0.014,
      trigger: 0.001,
    },
  },
  refusals: { bad: { trigger: 0.01 } },
};

export interface ProductFile {
  readonly name: ProductFileName;
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /** Rows that can be stored. */
  readonly good: number;
  /** Rows that must be reported as errors. */
  readonly failing: number;
}

/** Makes the file in `folder` unless it is there; the same name and size always give the same bytes. */
export async function readyProductFile(
  folder: string,
  name: ProductFileName,
  rows: number,
): Promise<ProductFile> {
  const options: ProductFileOptions = { ...OPTIONS[name], rows };
  const path = join(folder, `products-${name}-${rows}.csv`);
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    await writeProductFile(`${path}.part`, options);
    renameSync(`${path}.part`, path);
  }
  const { good, counts } = createProductGenerator(options);
  const failing = rows - good - counts.duplicate;
  return { name, path, bytes: statSync(path).size, rows, good, failing };
}
