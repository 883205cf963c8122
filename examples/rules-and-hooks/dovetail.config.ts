// What this shop demands of its products beyond what the database checks. Holds for every way in.
import { defineConfig, defineEntity, type WritableRecordBatch } from 'dovetail';

/** Names are pasted from everywhere; two blanks in a row look like carelessness on an invoice. */
function tidyName(batch: WritableRecordBatch): void {
  for (let row = 0; row < batch.size; row++) {
    const name = batch.value(row, 'name');
    if (name) batch.set(row, 'name', name.replaceAll(/\s+/g, ' ').trim());
  }
}

const product = defineEntity({
  label: 'Article',
  fields: {
    sku: { header: 'Article no.' },
    // Import and export don't know it: our own notes.
    attributes: { excluded: true },
    status: { default: 'draft' },
  },
  beforeWrite: tidyName,
  rules: [
    {
      name: 'a price',
      field: 'price',
      min: 0.01,
      message: 'We give nothing away: the price must be above zero.',
    },
    { name: 'a short name', field: 'name', maxLength: 60 },
    {
      name: 'no sale without a weight',
      check(batch, refuse) {
        for (let row = 0; row < batch.size; row++) {
          const isSold = batch.value(row, 'status') === 'active';
          if (isSold && batch.value(row, 'weight') === null) {
            refuse(row, {
              field: 'weight',
              message: 'An active article needs a weight, or nobody can ship it.',
            });
          }
        }
      },
    },
  ],
});

export default defineConfig({
  // The demo's database. A project of your own leaves this out and has its `.dovetail` beside this file.
  dataFolder: '../../.dovetail',
  entities: { product },
});
