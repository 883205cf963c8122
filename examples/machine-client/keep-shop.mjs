// A program of somebody else keeps our shop: from a token to 100,000 products. Each line is printed after what it says was checked, so
// whoever sees the last one with exit code 0 has seen all of it work.
import { strict as assert } from 'node:assert';
import { setTimeout as pause } from 'node:timers/promises';
import { openApi } from './api.mjs';
import { BAD, COUNT, listLines, toProduct } from './catalogue.mjs';

const { DOVETAIL_SERVER, CLIENT_ID, CLIENT_SECRET } = process.env;
const { token, ask } = await openApi({ server: DOVETAIL_SERVER, id: CLIENT_ID, secret: CLIENT_SECRET });
const inWords = (number) => number.toLocaleString('en');

assert.equal(token.scope, 'read write');
console.log(`1 token: for ${token.scope}, ${token.expires_in} seconds`);

await readDescription();
const product = await createOnce();
await changeWithCare(product);
const run = await sendAll();
await follow(run);
const numbers = await readErrors(run);
await mend(numbers);
await fetchAll();
console.log('done');

/** What may be done, and what a new product needs, as the API says it. */
async function readDescription() {
  const { status, document } = await ask('GET', '/openapi.json');
  assert.equal(status, 200);
  assert.ok(document.openapi.startsWith('3.1.'));
  const methods = ['get', 'post', 'patch', 'delete'].filter((one) => one in document.paths['/products']);
  assert.deepEqual(methods, ['get', 'post', 'patch']);
  assert.equal(document.paths['/sales-orders'], undefined);
  console.log(`2 description: OpenAPI ${document.openapi}, /products takes ${methods.join(', ')}`);
}

/** A brand and a product of it. The request is sent twice, as after an answer that was lost. */
async function createOnce() {
  const brand = await ask('POST', '/brands', {
    body: { data: { type: 'brands', attributes: { name: 'Hellwerk' } } },
  });
  assert.equal(brand.status, 201, brand.text);
  const request = {
    headers: { 'idempotency-key': `first-product-${brand.document.data.id}` },
    body: {
      data: {
        type: 'products',
        attributes: { sku: 'MC-FIRST', name: 'Work lamp', price: 49.9 },
        relationships: {
          brand: { data: { type: 'brands', id: brand.document.data.id } },
          category: { data: await findOne('/categories?filter[code]=FAST') },
          unit: { data: await findOne('/units?filter[code]=PCE') },
        },
      },
    },
  };
  const [first, again] = [await ask('POST', '/products', request), await ask('POST', '/products', request)];
  assert.deepEqual([first.status, again.status], [201, 201]);
  assert.equal(again.document.data.id, first.document.data.id);
  assert.equal(await count('MC-FIRST'), 1);
  const { id } = first.document.data;
  const { document } = await ask('GET', `/products/${id}?include=brand`);
  assert.equal(document.included[0].attributes.name, 'Hellwerk');
  console.log('3 created: product MC-FIRST of brand Hellwerk; sent twice, made once');
  return id;
}

async function findOne(path) {
  const { document } = await ask('GET', path);
  assert.equal(document.data.length, 1, path);
  const [{ type, id }] = document.data;
  return { type, id };
}

async function count(start) {
  const { document } = await ask(
    'GET',
    `/products?filter[sku][starts_with]=${start}&page[size]=1&page[total]=true`,
  );
  return document.meta.page.total;
}

/** Two have read the same version. The second to write would undo what the first one did. */
async function changeWithCare(id) {
  const path = `/products/${id}`;
  const change = (version, price) =>
    ask('PATCH', path, {
      headers: { 'if-match': version },
      body: { data: { type: 'products', id, attributes: { price } } },
    });
  const version = (await ask('GET', path)).headers.get('etag');
  assert.equal((await change(version, 44.9)).status, 200);
  const late = await change(version, 47.5);
  assert.equal(late.status, 412);
  const [error] = late.document.errors;
  assert.equal((await ask('GET', path)).document.data.attributes.price, 44.9);
  console.log(`4 refused: 412 ${error.code}, ${error.title}`);

  const now = (await ask('GET', path)).headers.get('etag');
  const right = await change(now, 47.5);
  assert.deepEqual([right.status, right.document.data.attributes.price], [200, 47.5]);
  console.log('  read again, changed: 200');
}

/** All of them in one request, which is sent as it is made. */
async function sendAll() {
  const { status, headers, document, text } = await ask('PATCH', '/products', {
    headers: { 'content-type': 'application/x-ndjson' },
    body: ReadableStream.from(listLines()),
  });
  assert.equal(status, 202, text);
  assert.equal(document.data.type, 'dovetail-runs');
  console.log(`5 sent: ${inWords(COUNT)} products, ${status}, to be followed at ${headers.get('location')}`);
  return headers.get('location');
}

async function follow(run) {
  for (let told = 0; ; await pause(250)) {
    const { state, read, added, failed } = (await ask('GET', run)).document.data.attributes;
    const waits = state === 'queued' || state === 'running';
    if (read > told && waits) console.log(`  ${inWords(read)} of ${inWords(COUNT)}`);
    told = read;
    if (waits) continue;
    assert.equal(state, 'completed_with_errors');
    assert.deepEqual({ read, added, failed }, { read: COUNT, added: COUNT - BAD, failed: BAD });
    return console.log(`6 ended: ${state}, ${inWords(added)} added, ${failed} failed`);
  }
}

/** Each error says which record it means, by its number in what was sent. */
async function readErrors(run) {
  const { status, text } = await ask('GET', `${run}/errors`);
  assert.equal(status, 200);
  const errors = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const numbers = [...new Set(errors.map(({ record }) => record))];
  assert.equal(numbers.length, BAD);
  const kinds = new Map(errors.map((error) => [`${error.code} ${error.column}`, error]));
  console.log(`7 errors: ${errors.length}, of ${kinds.size} kinds`);
  for (const [kind, { record, detail }] of kinds) console.log(`  ${kind}, as in record ${record}: ${detail}`);
  return numbers;
}

/** What was wrong is put right and sent again. So little is answered at once, with what became of each. */
async function mend(numbers) {
  const { status, document } = await ask('PATCH', '/products', {
    headers: { 'content-type': 'application/x-ndjson' },
    body: numbers.map((number) => `${JSON.stringify(toProduct(number))}\n`).join(''),
  });
  assert.equal(status, 200);
  assert.equal(document.data.attributes.state, 'completed');
  assert.ok(document.meta.results.every((result) => result.status === 'added'));
  console.log(`8 mended: ${document.meta.results.length} sent again, all added`);
}

/** Page by page, each by the link of the one before. */
async function fetchAll() {
  const skus = [];
  let pages = 0;
  let next = '/products?filter[sku][starts_with]=MC-&fields[products]=sku&sort=sku&page[size]=1000';
  while (next !== null) {
    const { status, document } = await ask('GET', next);
    assert.equal(status, 200);
    skus.push(...document.data.map(({ attributes }) => attributes.sku));
    pages += 1;
    next = document.links.next;
  }
  const sent = Array.from({ length: COUNT }, (_, index) => toProduct(index + 1).sku);
  assert.deepEqual(skus, [...sent, 'MC-FIRST']);
  console.log(
    `9 fetched: ${inWords(skus.length)} products in ${pages} pages, every one that was sent, each once`,
  );
}
