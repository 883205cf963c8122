// Mapped batches that are given back lend their memory to later ones; whoever still looks at one sees its own cells and the source's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFormat } from '../../src/engine/formats/index.js';
import {
  bindTransform,
  type MappedBatch,
  readMappingText,
  type TransformHooks,
  transformSource,
} from '../../src/engine/mapping/index.js';
import { cellText } from '../../src/foundation/cells/cell-batch.js';
import { createFixture, type ExportFixture } from '../export/export-fixture.js';

const ROWS = 60_000;
const HEADER = ['Code', 'Name', 'Note'];
const cellsOf = (i: number): readonly string[] => [`c${i}`, `Thing ${i} ${'é'.repeat(i % 40)}`, `note ${i}`];

let shop: ExportFixture;
beforeAll(async () => {
  shop = await createFixture('shop');
});
afterAll(() => shop.drop());

async function* file(): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${HEADER.join(',')}\n`);
  for (let i = 1; i <= ROWS; i += 1000)
    yield Buffer.from(Array.from({ length: 1000 }, (_, k) => `${cellsOf(i + k).join(',')}\n`).join(''));
}

function map(hooks: TransformHooks = {}): AsyncIterable<MappedBatch> {
  const { mapping } = readMappingText(
    `entity: product
identity: sku
fields:
  - { field: sku, cel: 'row["Code"].upperAscii()' }
  - { field: name, column: Name }
`,
    'mapping.yaml',
  );
  const bound = bindTransform(mapping, shop.catalog, HEADER);
  const source = readFormat('csv').read({
    bytes: file(),
    options: { delimiter: ',', header: true, encoding: 'utf-8' },
  });
  return transformSource(bound, source, hooks);
}

function expectWhole(batch: MappedBatch): void {
  for (let index = 0; index < batch.rows; index++) {
    const [code, name, note] = cellsOf(batch.firstRow + index);
    const own = batch.columns.map((_, column) => cellText(batch, index, column));
    if (own[0] !== code!.toUpperCase() || own[1] !== name) expect(own).toEqual([code!.toUpperCase(), name]);
    if (index % 97 === 0) expect(batch.origin!.cellsOf(index).cells).toEqual([code, name, note]);
  }
}

describe('the memory of mapped batches', () => {
  it('is used again once they were given back, and holds no more than their rows', async () => {
    const memory = new Set<Buffer>();
    for await (const batch of map()) {
      expectWhole(batch);
      memory.add(batch.bytes);
      expect(batch.bytes.length).toBeLessThan(512 * 1024);
      batch.release!();
    }
    expect(memory.size).toBeLessThanOrEqual(3);
  });

  it('stays as it is for as long as a batch is held, whatever is given back around it', async () => {
    const held: MappedBatch[] = [];
    for await (const batch of map()) {
      if (batch.firstRow % 6_000 === 1) held.push(batch);
      else batch.release!();
      if (held.length <= 4) continue;
      const oldest = held.shift()!;
      expectWhole(oldest);
      oldest.release!();
    }
    expect(held.length).toBeGreaterThan(0);
    for (const batch of held) expectWhole(batch);
  });

  it('is never lent where hooks may keep what they saw', async () => {
    for await (const batch of map({ after: async (mapped) => ({ batch: mapped, skipped: 0 }) }))
      expect(batch.release).toBeUndefined();
  });
});
