import { describe, expect, it } from 'vitest';
import { toPlain, toSingular, toStem, withoutBrackets } from './header-words.js';

describe('headers', () => {
  it('are the same but for case, separators and accents', () => {
    for (const text of ['ArticleNumber', 'article_number', 'Article-Number', ' ARTICLE  NUMBER ']) {
      expect(toPlain(text)).toBe('articlenumber');
    }
    expect(toPlain('Größe')).toBe(toPlain('GROSSE'));
    expect(toPlain('Prénom')).toBe('prenom');
    expect(toPlain('SKUCode')).toBe('skucode');
  });

  it('are the same but for plurals and abbreviations', () => {
    expect(toStem('Categories')).toBe(toStem('category'));
    expect(toStem('Part no.')).toBe(toStem('part_number'));
    expect(toStem('Qty')).toBe('quantity');
  });

  it('keep words that only look like plurals', () => {
    for (const word of ['status', 'address', 'analysis', 'gas', 'bus']) expect(toSingular(word)).toBe(word);
    for (const [many, one] of [
      ['boxes', 'box'],
      ['taxes', 'tax'],
      ['prices', 'price'],
      ['addresses', 'address'],
    ] as const) {
      expect(toSingular(many)).toBe(one);
    }
  });

  it('lose what is in brackets', () => {
    expect(withoutBrackets('Weight [kg] (net)')).toBe('Weight');
  });
});
