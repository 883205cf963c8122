import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance } from './did-you-mean.js';

describe('didYouMean', () => {
  it('finds the word behind a typing error', () => {
    expect(didYouMean('prodcut', ['customer', 'product', 'price'])).toBe('product');
    expect(didYouMean('skuu', ['name', 'sku'])).toBe('sku');
  });

  it('overlooks case, separators and accents', () => {
    expect(didYouMean('OrderLine', ['order', 'order_line'])).toBe('order_line');
    expect(didYouMean('Größe', ['grosse', 'groesse', 'große'])).toBe('große');
  });

  it('prefers a typing error to a word that merely contains it', () => {
    expect(didYouMean('nmae', ['surname', 'name'])).toBe('name');
    expect(didYouMean('price', ['net_price', 'prices'])).toBe('prices');
  });

  it('offers a word that contains it when nothing is nearer', () => {
    expect(didYouMean('price', ['id', 'net_price_amount'])).toBe('net_price_amount');
  });

  it('offers nothing rather than something far off', () => {
    expect(didYouMean('zebra', ['sku', 'name'])).toBeUndefined();
    expect(didYouMean('id', ['no'])).toBeUndefined();
    expect(didYouMean('--', ['a'])).toBeUndefined();
  });
});

describe('editDistance', () => {
  it('counts a swap of neighbours once', () => {
    expect(editDistance('ab', 'ba')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });
});
