// OpenDocument spreadsheets made by hand for tests.
import { toXmlText } from '../../src/engine/formats/xlsx/escaped-text.js';
import { toZip } from './workbook-builder.js';

const TYPE = 'application/vnd.oasis.opendocument.spreadsheet';
const SPACES =
  'xmlns:office="urn:o" xmlns:table="urn:t" xmlns:text="urn:x" xmlns:style="urn:s" xmlns:calcext="urn:c" xmlns:dc="urn:d"';

/** A document of the sheets' XML, by name; `styles` is what stands before them. */
export async function odsOfXml(sheets: Readonly<Record<string, string>>, styles = ''): Promise<Buffer> {
  const tables = Object.entries(sheets).map(
    ([name, xml]) =>
      `<table:table table:name="${name}" table:style-name="style-${name}">${xml}</table:table>`,
  );
  const content = `<office:document-content ${SPACES}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables.join('')}</office:spreadsheet></office:body></office:document-content>`;
  // The type has to be readable without unpacking: as a stored part.
  return Buffer.concat([stored('mimetype', TYPE), await shifted({ 'content.xml': content }, TYPE)]);
}

/** Texts as cells; null is a cell with nothing in it. */
export const odsOf = (rows: readonly (readonly (string | null)[])[]): Promise<Buffer> =>
  odsOfXml({
    S: rows
      .map(
        (row) =>
          `<table:table-row>${row
            .map((text) =>
              text === null
                ? '<table:table-cell/>'
                : `<table:table-cell office:value-type="string" office:string-value="${toXmlText(text).replaceAll('"', '&quot;').replaceAll('_x000D_', '&#13;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;')}"/>`,
            )
            .join('')}</table:table-row>`,
      )
      .join(''),
  });

/** A stored local part; the directory does not name it, which no reader minds. */
function stored(name: string, content: string): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt32LE(content.length, 22);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, Buffer.from(name), Buffer.from(content)]);
}

/** The zip file of the parts with every place in it moved behind the stored part. */
async function shifted(parts: Readonly<Record<string, string>>, type: string): Promise<Buffer> {
  const by = 30 + 'mimetype'.length + type.length;
  const zip = await toZip(parts);
  const end = zip.length - 22;
  const directory = zip.readUInt32LE(end + 16);
  zip.writeUInt32LE(directory + by, end + 16);
  for (let at = directory; at < end; at += 46 + zip.readUInt16LE(at + 28))
    zip.writeUInt32LE(zip.readUInt32LE(at + 42) + by, at + 42);
  return zip;
}
