import { describe, expect, it } from 'vitest';
import type { DovetailError } from '../../foundation/errors/dovetail-error.js';
import { readMappingData, readMappingFile, readMappingText, toYaml } from './mapping-file.js';

const YAML = `# a supplier's file
entity: product
strategy: add_or_update
identity: sku
empty: null
fields:
  - { column: Article, field: sku }
  - column: Brand
    field: brand.name
    create: true
  - field: status
    value: active
  - field: price
    column: 2024
    default: 1.10
ignore: [Notes]
`;

const failure = (text: string): DovetailError => {
  try {
    readMappingText(text, 'm.yaml');
  } catch (error) {
    return error as DovetailError;
  }
  throw new Error('The mapping was accepted.');
};

describe('a mapping file', () => {
  it('is read with numbers as they are written', () => {
    const { mapping } = readMappingText(YAML);
    expect(mapping).toEqual({
      entity: 'product',
      strategy: 'add_or_update',
      identity: ['sku'],
      empty: 'null',
      fields: [
        { column: 'Article', field: 'sku' },
        { column: 'Brand', field: 'brand.name', create: true },
        { field: 'status', value: 'active' },
        { field: 'price', column: '2024', default: '1.10' },
      ],
      ignore: ['Notes'],
    });
  });

  it('reads the same from JSON, and from its own YAML', () => {
    const { mapping } = readMappingText(YAML);
    expect(readMappingText(JSON.stringify(mapping)).mapping).toEqual(mapping);
    expect(readMappingText(toYaml(mapping)).mapping).toEqual(mapping);
    expect(readMappingData(JSON.parse(JSON.stringify(mapping)))).toEqual(mapping);
  });

  it('keeps a null constant, an empty one and a word that YAML takes for something else apart', () => {
    const fields = [
      { field: 'a', value: null },
      { field: 'b', value: '' },
      { field: 'c', value: 'null' },
      { field: 'd', value: 'true' },
      { field: 'e', value: '007' },
      { field: 'f', column: 'no' },
    ];
    const mapping = { entity: 'x', fields };
    expect(readMappingText(toYaml(mapping)).mapping).toEqual(mapping);
  });

  it.each([
    ['entity: p\nfields:\n  - colunm: A\n    field: sku\n', 3, 'fields[0].colunm', /column/],
    ['entity: p\nfields:\n  - field: sku\n', 3, 'fields[0]', /column, columns, cel/],
    ['entity: p\nstrategy: add-or-update\nfields: []\n', 2, 'strategy', /add_or_update/],
    [
      'entity: p\nfields:\n  - {column: A, field: a}\n  - {column: B, field: b, empty: leeave}\n',
      4,
      'fields[1].empty',
      /leave/,
    ],
    ['fields: []\n', 1, 'entity', undefined],
    ['entity: p\nfields:\n  - {column: A, field: a, value: x}\n', 3, 'fields[0].value', /default/],
  ])('names the line and the key of what is wrong: %j', (text, line, field, hint) => {
    const error = failure(text);
    expect(error.code).toBe('MAPPING-103');
    expect(error.pointer).toEqual({ file: 'm.yaml', line, field });
    if (hint) expect(error.hint).toMatch(hint);
  });

  it('names the line of a syntax error, and of a key given twice', () => {
    expect(failure('entity: p\nfields: [\n')).toMatchObject({ code: 'MAPPING-102' });
    expect(failure('entity: p\nentity: q\nfields: []\n')).toMatchObject({
      code: 'MAPPING-102',
      pointer: { line: 2 },
    });
  });

  it('does not grow without bound through aliases', () => {
    const layers = Array.from(
      { length: 12 },
      (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i}, `.repeat(9)}*l${i}]`,
    );
    expect(failure(`l0: &l0 x\n${layers.join('\n')}\nentity: p\nfields: *l12\n`).code).toBe('MAPPING-103');
  });

  it('that is not there is named', async () => {
    await expect(readMappingFile('/nowhere/m.yaml')).rejects.toMatchObject({
      code: 'MAPPING-101',
      pointer: { file: '/nowhere/m.yaml' },
    });
  });
});
