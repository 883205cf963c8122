// Makes product files of any size for the demo and the benchmarks. Plain JavaScript, because it ships with the package
// and runs without a build; every row is a function of its number, so two calls give the same bytes.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { BENCH_BRANDS, FINISHES, KINDS_OF_GOODS, SHOP_BRANDS, STATUSES, USES } from './product-words.mjs';

export { BENCH_BRANDS, SHOP_BRANDS } from './product-words.mjs';

/** @typedef {import('./generate-products.d.mts').BadKind} BadKind */
/** @typedef {import('./generate-products.d.mts').ProductFileOptions} ProductFileOptions */
/** @typedef {import('./generate-products.d.mts').ProductGenerator} ProductGenerator */
/** @typedef {import('./generate-products.d.mts').ProductFileSummary} ProductFileSummary */

/** @type {readonly BadKind[]} */
export const BAD_KINDS = [
  'wrongType',
  'tooLong',
  'outOfRange',
  'missingRequired',
  'unknownReference',
  'ragged',
  'check',
  'trigger',
  'duplicate',
];

const WRONG = /** @type {const} */ ([
  ['price', 'abc'],
  ['weight', '1.5 kg'],
  ['stock', 'many'],
  ['date', 'soon'],
]);
const OUTSIDE = /** @type {const} */ ([
  ['price', '123456789012.5'],
  ['stock', '99999999999'],
  ['date', '2026-02-30'],
]);
const REQUIRED = /** @type {const} */ (['name', 'sku', 'price', 'brand']);

/** A 32-bit hash whose bits all depend on all bits of its argument. @param {number} x */
function mix(x) {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** @param {number} a @param {number} b @returns {number} */
const greatestDivisor = (a, b) => (b === 0 ? a : greatestDivisor(b, a % b));

/** A permutation of 0 .. n-1 that spreads neighbours evenly. Exact up to 90 million. @param {number} n @param {number} seed */
function spread(n, seed) {
  let step = Math.max(1, Math.floor(n * 0.6180339887));
  while (greatestDivisor(step, n) !== 1) step += 1;
  const offset = seed % Math.max(1, n);
  return (/** @type {number} */ i) => (i * step + offset) % n;
}

/** A GTIN-13 from its first twelve digits. @param {string} body */
function gtin(body) {
  let sum = 0;
  for (let i = 0; i < 12; i += 1) sum += (body.charCodeAt(i) - 48) * (i % 2 === 0 ? 1 : 3);
  return body + ((10 - (sum % 10)) % 10);
}

/** @param {number} cents */
const money = (cents) => `${Math.floor(cents / 100)}.${cents % 100 < 10 ? '0' : ''}${cents % 100}`;
/** @param {number} n */
const two = (n) => (n < 10 ? `0${n}` : `${n}`);
/** @param {string} cell */
const quoted = (cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** Which rows are bad, and how: exact numbers, evenly spread. @param {ProductFileOptions} options */
function planBadRows(options) {
  const { rows, shape = 'bench', bad = {} } = options;
  if (shape === 'shop' && bad.trigger)
    throw new RangeError('the shop has no trigger that refuses products of a file');
  const counts = /** @type {Record<BadKind, number>} */ ({});
  /** @type {{ kind: BadKind, end: number }[]} */
  const ranges = [];
  let end = 0;
  for (const kind of BAD_KINDS) {
    counts[kind] = Math.round((bad[kind] ?? 0) * rows);
    end += counts[kind];
    if (counts[kind] > 0) ranges.push({ kind, end });
  }
  if (end >= rows && end > 0) throw new RangeError(`${end} bad rows leave no good one among ${rows}`);
  const place = spread(rows, 7);
  // Twice, or the kinds would stand in blocks.
  const shuffle = spread(end, 11);
  const kindOf = (/** @type {number} */ row) => {
    const p = place(row - 1);
    if (p >= end) return undefined;
    const q = shuffle(p);
    return ranges.find((range) => q < range.end)?.kind;
  };
  return { counts, total: end, kindOf };
}

/**
 * The rows of a product file as functions of their number (from 1).
 * @param {ProductFileOptions} options
 * @returns {ProductGenerator}
 */
export function createProductGenerator(options) {
  const { rows, shape = 'bench', changed = 0, seed = 1 } = options;
  if (!Number.isSafeInteger(rows) || rows < 0 || rows > 90_000_000)
    throw new RangeError('rows: a whole number up to 90,000,000');
  const brands = options.brands ?? (shape === 'shop' ? SHOP_BRANDS : BENCH_BRANDS);
  const { counts, total, kindOf } = planBadRows(options);
  const changedRows = Math.round(changed * rows);
  const placeOfChange = spread(rows, 3);
  const isChanged = (/** @type {number} */ row) => placeOfChange(row - 1) < changedRows;

  /** The good row whose sku a bad one repeats: one before it wherever there is one, half of them near. @param {number} row */
  function repeatedRow(row) {
    const h = mix(row * 31 + seed);
    const distance = 1 + (h % 2 === 0 ? h % 500 : h % Math.max(1, row - 1));
    const start = Math.max(1, row - distance);
    for (let r = start; r >= 1; r -= 1) if (kindOf(r) === undefined) return r;
    let r = start + 1;
    while (kindOf(r) !== undefined) r += 1;
    return r;
  }

  const shopCells = shape === 'shop';
  const columns = shopCells
    ? 'SKU,Name,Brand,Category,Unit,Price,Weight,Status,EAN,Description,Reorder level,Available from'.split(
        ',',
      )
    : 'sku,name,brand,price,weight,status,ean,description,stock,available_from'.split(',');

  /** @param {number} row */
  function line(row) {
    const kind = kindOf(row);
    const number = kind === 'duplicate' ? repeatedRow(row) : row;
    const h = mix(Math.imul(number, 0x9e3779b1) ^ seed);
    const h2 = mix(h ^ 0x5bd1e995);
    const h3 = mix(h2 ^ 0x27d4eb2f);
    const goods = /** @type {string[]} */ (KINDS_OF_GOODS[h % KINDS_OF_GOODS.length]);
    const digits = String(number).padStart(8, '0');
    let cents = 50 + (h2 % 49_950);
    if (isChanged(row)) cents += 1 + Math.floor(cents / 20);
    if (kind === 'duplicate') cents += 7;
    let sku = shopCells ? `GEN-${digits}` : `P${digits}`;
    let name = `${goods[0]} ${4 + (h3 % 60)} x ${10 + ((h3 >>> 8) % 190)}, ${FINISHES[h2 % FINISHES.length]}`;
    let brand = /** @type {string} */ (brands[h3 % brands.length]);
    let price = money(cents);
    // Real files have gaps where a cell may be blank.
    let weight = h3 % 101 === 0 ? '' : `${(h2 >>> 4) % 40}.${100 + ((h >>> 4) % 900)}`;
    let status = /** @type {string} */ (STATUSES[h3 % STATUSES.length]);
    let stock = String((h >>> 7) % 5000);
    let date = `20${18 + (h2 % 9)}-${two(1 + ((h2 >>> 8) % 12))}-${two(1 + ((h2 >>> 16) % 28))}`;
    let description = h3 % 41 === 0 ? '' : /** @type {string} */ (USES[h2 % USES.length]);
    if (h % 64 === 0) description += `\nAlso known as "${goods[0]} no. ${number}".`;

    if (kind === 'wrongType' || kind === 'outOfRange') {
      const list = kind === 'wrongType' ? WRONG : OUTSIDE;
      const [what, value] = /** @type {readonly [string, string]} */ (list[h % list.length]);
      if (what === 'price') price = value;
      else if (what === 'weight') weight = value;
      else if (what === 'stock') stock = value;
      else date = value;
    } else if (kind === 'tooLong') name = `${name} ${'very '.repeat(40)}long`;
    else if (kind === 'missingRequired') {
      const what = REQUIRED[h % REQUIRED.length];
      if (what === 'name') name = '';
      else if (what === 'sku') sku = '';
      else if (what === 'price') price = '';
      else brand = '';
    } else if (kind === 'unknownReference') brand = `Unheard-of ${h % 1000}`;
    else if (kind === 'check') {
      if (h % 2 === 0 || shopCells) price = `-${price}`;
      else status = 'sold out';
    } else if (kind === 'trigger') name = `Recalled: ${name}`;

    const ean = gtin((shopCells ? '2200' : '4012') + digits);
    let text = `${sku},${quoted(name)},${quoted(brand)},`;
    if (shopCells) text += `${goods[1]},${goods[2]},`;
    text += `${price},${weight},${status},${ean},${quoted(description)},${stock}`;
    if (kind === 'ragged') return h % 2 === 0 ? `${text}\n` : `${text},${date},surplus\n`;
    return `${text},${date}\n`;
  }

  return {
    columns,
    header: `${columns.join(',')}\n`,
    rows,
    counts,
    good: rows - total,
    changed: changedRows,
    kindOf,
    isChanged,
    line,
  };
}

/**
 * Writes a product file, keeping no more than a few hundred kilobytes in memory.
 * @param {string} path
 * @param {ProductFileOptions} options
 * @returns {Promise<ProductFileSummary>}
 */
export async function writeProductFile(path, options) {
  const generator = createProductGenerator(options);
  const out = createWriteStream(path);
  const done = finished(out);
  let bytes = 0;
  let text = generator.header;
  const flush = async () => {
    const chunk = Buffer.from(text);
    text = '';
    bytes += chunk.length;
    if (!out.write(chunk)) await Promise.race([once(out, 'drain'), done]);
  };
  for (let row = 1; row <= generator.rows; row += 1) {
    text += generator.line(row);
    if (text.length > 262_144) await flush();
  }
  await flush();
  out.end();
  await done;
  const { columns, rows, counts, good, changed } = generator;
  return { path, bytes, columns, rows, counts, good, changed };
}
