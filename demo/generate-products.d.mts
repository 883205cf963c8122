// What generate-products.mjs exports, for TypeScript.

/**
 * How a row can be bad. `wrongType`: a cell that is no number or date. `tooLong`: a name over 200 characters.
 * `outOfRange`: a number or date its type can't hold. `missingRequired`: name, sku, price or brand blank.
 * `unknownReference`: a brand that doesn't exist. `ragged`: a cell too few or too many. `check`: a negative price, in the
 * shape `bench` also an unknown status. `trigger` (only `bench`): a name beginning with `Recalled: `, which only the
 * trigger of bench/baseline/refusing-trigger.sql refuses. `duplicate`: the sku of a good row again, otherwise good.
 */
export type BadKind =
  | 'wrongType'
  | 'tooLong'
  | 'outOfRange'
  | 'missingRequired'
  | 'unknownReference'
  | 'ragged'
  | 'check'
  | 'trigger'
  | 'duplicate';

export interface ProductFileOptions {
  /** Number of rows, the header not counted; 0 to 90,000,000. */
  readonly rows: number;
  /** `bench`: ten columns for the benchmark's table. `shop`: twelve for the demo shop's `product`. Default `bench`. */
  readonly shape?: 'bench' | 'shop';
  /** Names to choose brands from. Default: BENCH_BRANDS or SHOP_BRANDS. */
  readonly brands?: readonly string[];
  /** Share of rows, 0 to 1, that are bad in each way. Rounded to whole rows. Default none. */
  readonly bad?: Partial<Readonly<Record<BadKind, number>>>;
  /** Share of rows, 0 to 1, whose price differs from that of the file made without this option. Default 0. */
  readonly changed?: number;
  /** Another number, another file. Default 1. */
  readonly seed?: number;
}

export interface ProductGenerator {
  readonly columns: readonly string[];
  /** The header line, with its line break. */
  readonly header: string;
  readonly rows: number;
  /** How many rows are bad in each way. */
  readonly counts: Readonly<Record<BadKind, number>>;
  /** Rows that are not bad; also the number of distinct products that can be stored, for a duplicate repeats one of them. */
  readonly good: number;
  /** Rows with another price, good and bad. */
  readonly changed: number;
  /** How a row is bad. Rows count from 1. */
  kindOf(row: number): BadKind | undefined;
  isChanged(row: number): boolean;
  /** A row as CSV, with its line break; a description may hold another one. Rows count from 1. */
  line(row: number): string;
}

export interface ProductFileSummary {
  readonly path: string;
  readonly bytes: number;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly counts: Readonly<Record<BadKind, number>>;
  readonly good: number;
  readonly changed: number;
}

export const BAD_KINDS: readonly BadKind[];
export const SHOP_BRANDS: readonly string[];
export const BENCH_BRANDS: readonly string[];
/** Throws RangeError if the options leave no good row, or ask for `trigger` in the shape `shop`. */
export function createProductGenerator(options: ProductFileOptions): ProductGenerator;
/** Writes the file; an existing one is replaced. Rejects with the file system's error, or RangeError as above. */
export function writeProductFile(path: string, options: ProductFileOptions): Promise<ProductFileSummary>;
