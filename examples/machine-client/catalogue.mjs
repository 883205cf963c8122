// What our program has to tell the shop: 100,000 products, of which every 4,000th is wrong in one way or another.

export const COUNT = 100_000;
const EACH = 4_000;

const SLIPS = [
  { field: 'price', slip: { price: 'on request' } },
  { field: 'price', slip: { price: -1 } },
  { field: 'brand', slip: { 'brand.name': 'Hellwrek' } },
  { field: 'ean', slip: { ean: '12-34' } },
  { field: 'name', slip: { name: ' ' } },
];

export const BAD = COUNT / EACH;

/** The product of this number, from 1, as it should be. */
export const toProduct = (number) => ({
  sku: `MC-${String(number).padStart(6, '0')}`,
  name: `Work lamp, model ${number}`,
  price: 20 + (number % 500) / 10,
  ean: null,
  'brand.name': 'Hellwerk',
  'category.code': 'FAST',
  'unit.code': 'PCE',
});

const toSent = (number) =>
  number % EACH === 0
    ? { ...toProduct(number), ...SLIPS[(number / EACH) % SLIPS.length].slip }
    : toProduct(number);

/** A line of JSON for each product, a thousand at a time: nobody holds all of them. */
export async function* listLines() {
  const encoder = new TextEncoder();
  for (let first = 1; first <= COUNT; first += 1_000) {
    const numbers = Array.from({ length: 1_000 }, (_, index) => first + index);
    yield encoder.encode(numbers.map((number) => `${JSON.stringify(toSent(number))}\n`).join(''));
  }
}
