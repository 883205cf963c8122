// A process that reads or writes one workbook, by Dovetail as built or by exceljs, and tells its own memory.

import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import ExcelJS from 'exceljs';
import { completeDetection, detectFormat, readFormat } from '../../dist/engine/formats/index.js';
import { openSource } from '../../dist/engine/formats/source-bytes.js';

const COLUMNS = [
  'sku',
  'name',
  'brand',
  'price',
  'weight',
  'status',
  'ean',
  'description',
  'stock',
  'available_from',
];
const TYPES = ['text', 'text', 'text', 'numeric', 'numeric', 'text', 'text', 'text', 'int4', 'date'];

/** The same for both sides: as PostgreSQL's text. */
function toRow(i) {
  return [
    `SKU-${100_000 + i}`,
    `Product number ${i} & more`,
    `Brand ${i % 997}`,
    `${(i % 9999) / 100}`,
    i % 7 ? `${(i % 777) / 1000}` : null,
    i % 3 ? 'active' : 'draft',
    `40${String(i).padStart(11, '0')}`,
    `A longer text about product ${i}, as shops have it, with <b>markup</b>`,
    `${i % 500}`,
    `20${String(10 + (i % 17))}-0${1 + (i % 9)}-1${i % 10}`,
  ];
}

const TASKS = {
  async 'dovetail read'({ path }) {
    const source = await openSource({ path });
    const found = detectFormat(source.sample, { name: path, whole: source.whole });
    const { format, options } = await completeDetection(found, source.file);
    let cells = 0;
    for await (const batch of readFormat(format).read({ bytes: source.bytes(), file: source.file, options }))
      for (let i = 0; i < batch.rows * batch.columns.length; i++) if (batch.kind[i] === 3) cells++;
    await source.close();
    return cells;
  },
  async 'exceljs read'({ path }) {
    const options = { worksheets: 'emit', sharedStrings: 'cache', styles: 'cache', hyperlinks: 'ignore' };
    let cells = 0;
    for await (const sheet of new ExcelJS.stream.xlsx.WorkbookReader(path, options))
      for await (const row of sheet) if (row.number > 1) row.eachCell({ includeEmpty: false }, () => cells++);
    return cells;
  },
  async 'dovetail write'({ path, rows }) {
    const out = createWriteStream(path);
    const put = async (bytes) => {
      if (!out.write(bytes)) await once(out, 'drain');
    };
    const writer = readFormat('xlsx').createWriter({ columns: COLUMNS, types: TYPES, options: {} });
    await put(await writer.begin());
    for (let i = 0; i < rows; i += 1000)
      await put(await writer.rows(Array.from({ length: Math.min(1000, rows - i) }, (_, k) => toRow(i + k))));
    out.end(await writer.end());
    await finished(out);
    return (await (await open(path)).stat()).size;
  },
  async 'exceljs write'({ path, rows }) {
    const book = new ExcelJS.stream.xlsx.WorkbookWriter({
      filename: path,
      useStyles: true,
      useSharedStrings: false,
    });
    const sheet = book.addWorksheet('Sheet1', { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.addRow(COLUMNS).commit();
    const dated = { numFmt: 'yyyy-mm-dd' };
    for (let i = 0; i < rows; i++) {
      const texts = toRow(i);
      const values = texts.map((text, c) =>
        text === null
          ? null
          : TYPES[c] === 'text'
            ? text
            : TYPES[c] === 'date'
              ? new Date(text)
              : Number(text),
      );
      const row = sheet.addRow(values);
      row.getCell(10).style = dated;
      row.commit();
      if (i % 1000 === 0) await new Promise((resume) => setImmediate(resume));
    }
    sheet.commit();
    await book.commit();
    return (await (await open(path)).stat()).size;
  },
};

process.on('message', ({ task, ...order }) => {
  TASKS[task](order)
    .then((result) => ({ result, peakRss: process.resourceUsage().maxRSS * 1024 }))
    .catch((error) => ({ error: error.stack ?? String(error) }))
    .then((answer) => process.send(answer, () => process.exit()));
});
process.send('ready');
