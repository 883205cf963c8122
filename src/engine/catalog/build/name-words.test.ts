import { expect, it } from 'vitest';
import { toLabel, toWords } from './name-words.js';

it.each([
  ['order_line', 'Order line'],
  ['OrderLine', 'Order line'],
  ['orderLine2', 'Order line2'],
  ['Order ID', 'Order ID'],
  ['brand_id', 'Brand ID'],
  ['brandId', 'Brand ID'],
  ['sku', 'SKU'],
  ['XMLFile', 'XML file'],
  ['CUSTOMER_NAME', 'Customer name'],
  ['größe', 'Größe'],
  ['a', 'A'],
  ['__', '__'],
])('%s is labelled %s', (name, label) => {
  expect(toLabel(name)).toBe(label);
});

it('splits names at separators and capitals', () => {
  expect(toWords('HTTPServerPort_no')).toEqual(['HTTP', 'Server', 'Port', 'no']);
});
