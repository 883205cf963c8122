// What the configuration says of fields that hold files, held against its own form and against the table.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog, type EntityOverrides, findEntity } from '../../src/engine/catalog/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.query(
    'create table item (id int primary key, picture text, short varchar(40), long varchar(120), many text[])',
  );
});
afterAll(() => test?.drop());

const read = async (field: string, file: object) => {
  const overrides = { item: { fields: { [field]: { file } } } } as EntityOverrides;
  const catalog = await createCatalog({ database: test.database, overrides }).read();
  return findEntity(catalog, 'item').fields.find(({ name }) => name === field)!.file;
};

describe('a field that holds a file', () => {
  it('has what nobody said filled in', async () => {
    expect(await read('picture', { storage: 'media' })).toEqual({
      storage: 'media',
      types: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif'],
      maxBytes: 20_000_000,
      maxPixels: 100_000_000,
      address: '',
      refetch: 'changed',
    });
    expect(await read('long', { storage: 'media', address: 'https://cdn.example.org/p//' })).toMatchObject({
      address: 'https://cdn.example.org/p/',
    });
  });

  it.each([
    [{}, 'entities.item.fields.picture.file.storage: missing'],
    [{ storage: 'media', types: ['image/jpg'] }, "Did you mean 'image/jpeg'?"],
    [{ storage: 'media', types: [] }, 'the list is empty'],
    [{ storage: 'media', maxBytes: 0 }, 'at least 1'],
    [{ storage: 'media', address: 'cdn.example.org' }, 'begins with https://'],
    [{ storage: 'media', address: 'https://x/?a=' }, 'begins with https://'],
    [{ storage: 'media', refetch: 'sometimes' }, 'expected changed or never or always'],
  ])('is refused as %j', async (file, says) => {
    const error = await read('picture', file).catch((cause) => cause);
    expect(error).toMatchObject({ code: 'CATALOG-201' });
    expect(`${error.detail} ${error.hint ?? ''}`).toContain(says);
  });

  it.each([
    ['id', {}, 'only a text can name a file'],
    ['many', {}, 'only a text can name a file'],
    ['short', {}, 'takes 40 characters; the name of a file has 70'],
    ['long', { address: `https://example.org/${'x'.repeat(60)}` }, 'takes 120 characters'],
  ])('is refused where the field can not hold it: %s', async (field, more, says) => {
    const error = await read(field, { storage: 'media', ...more }).catch((cause) => cause);
    expect(error).toMatchObject({ code: 'CATALOG-203', detail: expect.stringContaining(says) });
  });
});
