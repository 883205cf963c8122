// A product file as a workbook the way Excel writes one: every text shared and counted, dates as numbers with a style, numbers
// with 17 digits, a span on each row. Kept between runs.

import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { csvFormat } from '../../src/engine/formats/csv/csv-format.js';
import { findSerial } from '../../src/engine/formats/grid/serial-date.js';
import { toXmlText } from '../../src/engine/formats/xlsx/escaped-text.js';
import { ZipWriter } from '../../src/engine/formats/zip/zip-writer.js';
import { cellText } from '../../src/foundation/cells/cell-batch.js';
import type { ProductFile } from './product-generator.js';

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
const NUMBERS = new Set(['price', 'weight', 'stock']);

const FIXED = {
  '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${CONTENT}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${CONTENT}.sharedStrings+xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${REL}"><sheets><sheet name="Products" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${REL}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="${REL}/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet ${MAIN}><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
};

/** Makes the workbook beside the product file unless it is there. */
export async function readyWorkbook(products: ProductFile): Promise<ProductFile> {
  const path = products.path.replace(/\.csv$/, '.xlsx');
  if (!existsSync(path)) {
    await writeWorkbook(products.path, `${path}.part`);
    renameSync(`${path}.part`, path);
  }
  return { ...products, path, bytes: statSync(path).size };
}

async function writeWorkbook(csv: string, path: string): Promise<void> {
  const out = createWriteStream(path);
  const put = async (bytes: Buffer) => {
    if (!out.write(bytes)) await once(out, 'drain');
  };
  const zip = new ZipWriter();
  const shared = new Map<string, number>();
  let uses = 0;
  const share = (at: string, text: string) => {
    const known = shared.get(text) ?? shared.size;
    if (known === shared.size) shared.set(text, known);
    uses++;
    return `<c r="${at}" t="s"><v>${known}</v></c>`;
  };
  for (const [name, xml] of Object.entries(FIXED)) await put(await zip.add(name, xml));
  await put(zip.begin('xl/worksheets/sheet1.xml'));
  let line = 0;
  let xml = `<worksheet ${MAIN}><sheetData>`;
  const row = (cells: readonly string[]) => {
    xml += `<row r="${line}" spans="1:10" >${cells.join('')}</row>`;
  };
  for await (const batch of csvFormat.read({ bytes: createReadStream(csv), options: {} })) {
    if (line++ === 0) row(batch.columns.map((name, i) => share(`${letter(i)}1`, name)));
    else line--;
    for (let r = 0; r < batch.rows; r++) {
      line++;
      row(
        batch.columns.map((name, i) => {
          const text = cellText(batch, r, i);
          const at = `${letter(i)}${line}`;
          if (text === null) return '';
          if (NUMBERS.has(name)) return `<c r="${at}"><v>${seventeenDigits(Number(text))}</v></c>`;
          const serial = findSerial(text, 'date');
          return serial === undefined ? share(at, text) : `<c r="${at}" s="1"><v>${serial}</v></c>`;
        }),
      );
    }
    await put(await zip.write(xml));
    xml = '';
  }
  await put(await zip.write('</sheetData></worksheet>'));
  await put(await zip.end());
  await put(zip.begin('xl/sharedStrings.xml'));
  let texts = `<sst ${MAIN} count="${uses}" uniqueCount="${shared.size}">`;
  for (const text of shared.keys()) {
    texts += `<si><t xml:space="preserve">${toXmlText(text)}</t></si>`;
    if (texts.length < 500_000) continue;
    await put(await zip.write(texts));
    texts = '';
  }
  await put(await zip.write(`${texts}</sst>`));
  await put(await zip.end());
  out.end(zip.finish());
  await finished(out);
}

const letter = (i: number) => String.fromCharCode(65 + i);

/** As Excel puts a number down: 19.989999999999998. */
const seventeenDigits = (n: number) =>
  String(Number.isInteger(n) ? n : Number(n.toPrecision(17)).toPrecision(17)).replace(/0+$/, (zeros) =>
    Number.isInteger(n) ? zeros : '',
  );
