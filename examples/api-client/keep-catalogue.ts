// One run of a program that keeps a catalogue: it adds a brand with a product, changes it with care, and reads what is there.
import { createShopClient, findNext, readAnswer } from './shop-client.js';

const { DOVETAIL_API = '', DOVETAIL_KEY = '' } = process.env;
const shop = createShopClient(DOVETAIL_API, DOVETAIL_KEY);

// Where products of this kind belong is known by names, not by numbers.
const categories = readAnswer(
  await shop.GET('/categories', { params: { query: { 'page[size]': 1, sort: ['id'] } } }),
);
const units = readAnswer(await shop.GET('/units', { params: { query: { 'page[size]': 1, sort: ['id'] } } }));
const [category, unit] = [categories.data[0]!, units.data[0]!];

const brand = readAnswer(
  await shop.POST('/brands', { body: { data: { type: 'brands', attributes: { name: 'Nordlicht' } } } }),
);
console.log(`brand ${brand.data.attributes?.name} created`);

const created = await shop.POST('/products', {
  body: {
    data: {
      type: 'products',
      attributes: { sku: 'NL-100', name: 'Work lamp 20 W', price: 49.9 },
      relationships: {
        brand: { data: { type: 'brands', id: brand.data.id } },
        category: { data: { type: 'categories', id: category.id } },
        unit: { data: { type: 'units', id: unit.id } },
      },
    },
  },
});
const product = readAnswer(created).data;
console.log(`product ${product.attributes?.sku} created, ${created.response.status}`);

// Two programs have read the same version; the second to write would undo what the first one did.
const version = created.response.headers.get('etag')!;
const change = (price: number) =>
  shop.PATCH('/products/{id}', {
    params: { path: { id: product.id }, header: { 'If-Match': version } },
    body: { data: { type: 'products', id: product.id, attributes: { price } } },
  });
const first = await change(44.9);
console.log(`first change: ${first.response.status}, price ${first.data?.data.attributes?.price}`);
const second = await change(47.5);
console.log(`second change: ${second.response.status}, ${second.error?.errors[0]?.code}`);

// All of one brand, page by page, each with the brand itself.
let after: string | undefined;
const skus: (string | undefined)[] = [];
let pages = 0;
do {
  const page = readAnswer(
    await shop.GET('/products', {
      params: {
        query: {
          'filter[price]': { gte: 100 },
          'fields[products]': ['sku', 'brand'],
          sort: ['-price', 'sku'],
          include: ['brand'],
          'page[size]': 50,
          ...(after === undefined ? {} : { 'page[after]': after }),
        },
      },
    }),
  );
  pages++;
  skus.push(...page.data.map(({ attributes }) => attributes?.sku));
  if (pages === 1) {
    const dearest = page.data[0]!;
    const maker = page.included?.find(
      (one) => one.type === 'brands' && one.id === dearest.relationships?.brand?.data.id,
    );
    if (maker?.type === 'brands')
      console.log(`the dearest, ${dearest.attributes?.sku}, is by ${maker.attributes?.name}`);
  }
  after = findNext(page.links, DOVETAIL_API);
} while (after !== undefined);
console.log(`${skus.length} products in ${pages} pages, each once: ${new Set(skus).size === skus.length}`);

// An error says what is wrong, and where.
const wrong = await shop.PATCH('/products/{id}', {
  params: { path: { id: product.id } },
  // @ts-expect-error: the types know that a price is a number
  body: { data: { type: 'products', id: product.id, attributes: { price: 'cheap' } } },
});
const [error] = wrong.error?.errors ?? [];
console.log(`${wrong.response.status} ${error?.code} at ${error?.source?.pointer}: ${error?.detail}`);
