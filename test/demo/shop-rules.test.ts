// What the demo shop's database refuses and does on its own, and that loading it is repeatable.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { loadShop, readShopDigests } from './shop-loader.js';

let shop: TestDatabase;
let other: TestDatabase;
beforeAll(async () => {
  shop = await createTestDatabase('empty');
  other = await createTestDatabase('empty');
  await loadShop(shop.url);
  await loadShop(other.url);
});
afterAll(async () => {
  await shop?.drop();
  await other?.drop();
});

const LINE = `insert into sales_order_line (sales_order_id, line_number, product_id, unit_id, description, quantity, unit_price, tax_rate)
  select o.id, 99, p.id, p.unit_id, p.name, 3, 1.115, 19 from sales_order o, product p
  where p.sku = 'DFGOG' and o.id = (select min(id) from sales_order where status = $1) returning line_total`;

describe('the demo shop', () => {
  it('is the same, row for row, each time it is loaded', async () => {
    const [first, second] = [await readShopDigests(shop.database), await readShopDigests(other.database)];
    expect(first.size).toBe(35);
    expect(second).toEqual(first);
  });

  it('takes new lines into an open order and computes their total', async () => {
    const { rows } = await shop.database.query(LINE, ['confirmed']);
    expect(rows).toEqual([{ line_total: '3.35' }]);
  });

  it.each(['completed', 'cancelled'])('refuses lines for an order that is %s', async (status) => {
    await expect(shop.database.query(LINE, [status])).rejects.toMatchObject({
      code: '23001',
      message: expect.stringMatching(new RegExp(`^order SO-\\d{4}-\\d{5} is ${status} `)),
      hint: expect.stringContaining('new order'),
    });
  });

  it('refuses a variant of a variant', async () => {
    const sql = `insert into product (sku, name, parent_id, brand_id, category_id, unit_id, price)
      select $1::text, 'A test', id, brand_id, category_id, unit_id, 1 from product where sku = $2`;
    await expect(shop.database.query(sql, ['NH934-M7-X', 'NH934-M6'])).rejects.toMatchObject({
      code: '23514',
    });
    await expect(shop.database.query(sql, ['NH934-M7', 'NH934'])).resolves.toMatchObject({ rowCount: 1 });
  });

  it('notes when a product was changed', async () => {
    const { rows } = await shop.database.query<{ fresh: boolean }>(
      "update product set name = name || '!' where sku = 'DFGOG' returning updated_at = now() as fresh",
    );
    expect(rows).toEqual([{ fresh: true }]);
  });
});
