// A shop's own export, with the pictures it names by address: WooCommerce's sample products. A server of ours stands in for theirs, to which
// a step of the mapping sends the addresses.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findSamples } from '../../support/samples.js';
import { countsOf } from '../import-fixture.js';
import {
  createFileFieldFixture,
  type FileFieldFixture,
  pathOf,
  toPicturesMapping,
} from './file-field-fixture.js';
import { jpeg } from './pictures.js';

const samples = findSamples();
const THEIRS = 'https://woocommercecore.mystagingwebsite.com';

describe.skipIf(samples === undefined)('WooCommerce products (sample files: DOVETAIL_SAMPLES)', () => {
  let at: FileFieldFixture;
  beforeAll(async () => {
    at = await createFileFieldFixture();
  });
  afterAll(() => at?.drop());

  it('come with their pictures, several in a cell, each kept once', async () => {
    const source = await readFile(join(samples!, 'commerce', 'woocommerce', 'sample_products.csv'));
    const records: { Images: string }[] = parse(source, { columns: true, bom: true });
    const addresses = records.flatMap(({ Images }) => Images.split(', ').filter((one) => one !== ''));
    const paths = [...new Set(addresses)].map((address) => new URL(address).pathname);
    for (const path of paths) at.serve(path, jpeg(800, 600, path));
    const mapping = toPicturesMapping(`[trim, { cel: 'value.replace("${THEIRS}", "${at.addressOf('')}")' }]`);
    const first = await at.importMapped('product', mapping, source);
    expect(first.errors).toEqual([]);
    expect(first.parts?.['product_image']).toMatchObject({ added: addresses.length, failed: 0 });
    expect(await at.kept()).toEqual(paths.map((path) => pathOf(jpeg(800, 600, path), 'jpg')).sort());
    expect(at.asked.length).toBe(paths.length);
    const again = await at.importMapped('product', mapping, source);
    expect(countsOf(again)).toEqual({ read: first.counters.read, unchanged: first.counters.read });
    expect(again.parts?.['product_image']).toMatchObject({
      unchanged: addresses.length,
      added: 0,
      updated: 0,
    });
  });
});
