import { hasShop } from '../support/test-database.js';
import { testWholeDatabase } from './whole-database.js';

testWholeDatabase({
  from: 'shop',
  skip: !hasShop(),
  withoutKey: [],
  views: ['category_path', 'customer_turnover', 'product_availability', 'sales_order_total'],
  numbered: ['stock_movement'],
  newKeys: true,
  everyFormat: true,
  // The shop refuses lines of orders that are closed, which is what most of its orders are.
  withoutTriggers: true,
});
