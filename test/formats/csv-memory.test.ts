// Batches that are given back lend their memory to later ones, and nobody who still looks at a batch sees it change.
import { describe, expect, it } from 'vitest';
import { readFormat } from '../../src/engine/formats/index.js';
import { type CellBatch, cellText } from '../../src/foundation/cells/cell-batch.js';

const ROWS = 60_000;
const lineOf = (i: number): string => `${i},text ${i} ${'x'.repeat(i % 50)}${i % 7 === 0 ? ',' : ',z'}`;

async function* file(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('id,text,more\n');
  for (let i = 1; i <= ROWS; i += 1000) {
    yield Buffer.from(Array.from({ length: 1000 }, (_, k) => `${lineOf(i + k)}\n`).join(''));
  }
}

const read = (): AsyncIterable<CellBatch> =>
  readFormat('csv').read({
    bytes: file(),
    options: { delimiter: ',', header: true, encoding: 'utf-8' },
  });

function lineIn(batch: CellBatch, index: number): string {
  const cells = batch.columns.map((_, column) => cellText(batch, index, column) ?? '');
  return cells.join(',');
}

function expectWhole(batch: CellBatch): void {
  for (let index = 0; index < batch.rows; index++) {
    expect(lineIn(batch, index)).toBe(lineOf(batch.firstRow + index));
  }
}

describe('the memory of batches', () => {
  it('is used again once they were given back', async () => {
    const slabs = new Set<unknown>();
    const cells = new Set<unknown>();
    for await (const batch of read()) {
      expectWhole(batch);
      slabs.add(batch.bytes);
      cells.add(batch.start.buffer);
      batch.release!();
    }
    expect(slabs.size).toBeLessThanOrEqual(3);
    // The last batch is not full, so its arrays are its own.
    expect(cells.size).toBeLessThanOrEqual(2);
  });

  it('stays as it is for as long as a batch is held, whatever is given back around it', async () => {
    const held: CellBatch[] = [];
    let count = 0;
    for await (const batch of read()) {
      count += batch.rows;
      if (batch.firstRow % 6_000 === 1) held.push(batch);
      else batch.release!();
      // At most four are held at a time, each for a while.
      if (held.length > 4) {
        const oldest = held.shift()!;
        expectWhole(oldest);
        oldest.release!();
      }
    }
    expect(count).toBe(ROWS);
    for (const batch of held) expectWhole(batch);
  });
});
