// Workbooks made by hand for tests: any XML at any place, so that every way other programs write can be tried.
import { ZipWriter } from '../../src/engine/formats/zip/zip-writer.js';

const MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"';
const REL = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export interface BookParts {
  /** What stands in `sheetData`, by the sheet's name. */
  readonly sheets: Readonly<Record<string, string>>;
  readonly shared?: readonly string[];
  /** Number formats of the styles 1, 2, … ; style 0 is General. */
  readonly formats?: readonly string[];
  readonly date1904?: boolean;
  /** Names of hidden sheets. */
  readonly hidden?: readonly string[];
  /** What stands behind `sheetData`, in every sheet. */
  readonly behind?: string;
}

export async function toZip(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipWriter();
  const pieces: Buffer[] = [];
  for (const [name, content] of Object.entries(parts)) pieces.push(await zip.add(name, content));
  return Buffer.concat([...pieces, zip.finish()]);
}

export function bookParts(book: BookParts): Record<string, string> {
  const names = Object.keys(book.sheets);
  const parts: Record<string, string> = {
    '_rels/.rels': `<Relationships><Relationship Id="r" Type="${REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook ${MAIN} xmlns:r="${REL}"><workbookPr date1904="${book.date1904 === true}"/><sheets>${names
      .map(
        (name, i) =>
          `<sheet name="${name}" sheetId="${i + 1}" r:id="s${i}"${book.hidden?.includes(name) ? ' state="hidden"' : ''}/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${names
      .map((_, i) => `<Relationship Id="s${i}" Type="${REL}/worksheet" Target="worksheets/s${i}.xml"/>`)
      .join('')}</Relationships>`,
  };
  names.forEach((name, i) => {
    parts[`xl/worksheets/s${i}.xml`] =
      `<worksheet ${MAIN}><sheetData>${book.sheets[name]}</sheetData>${book.behind ?? ''}</worksheet>`;
  });
  if (book.shared)
    parts['xl/sharedStrings.xml'] =
      `<sst ${MAIN}>${book.shared.map((text) => `<si>${text}</si>`).join('')}</sst>`;
  if (book.formats)
    parts['xl/styles.xml'] = `<styleSheet ${MAIN}><numFmts>${book.formats
      .map((code, i) => `<numFmt numFmtId="${200 + i}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
      .join('')}</numFmts><cellXfs><xf numFmtId="0"/>${book.formats
      .map((_, i) => `<xf numFmtId="${200 + i}"/>`)
      .join('')}</cellXfs></styleSheet>`;
  return parts;
}

export const toBook = (book: BookParts): Promise<Buffer> => toZip(bookParts(book));

/** Rows of cells as XML: a text is an inline string, a number a number, `{…}` any attributes with a value, null a gap. */
export type Cells = readonly (
  | string
  | number
  | null
  | { readonly attributes: string; readonly inner: string }
)[];

export function toRows(rows: readonly Cells[], from = 1): string {
  return rows
    .map((cells, r) => {
      const inner = cells.map((cell, c) => {
        const at = `${String.fromCharCode(65 + c)}${from + r}`;
        if (cell === null) return '';
        if (typeof cell === 'string') return `<c r="${at}" t="inlineStr"><is><t>${cell}</t></is></c>`;
        if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
        return `<c r="${at}" ${cell.attributes}>${cell.inner}</c>`;
      });
      return `<row r="${from + r}">${inner.join('')}</row>`;
    })
    .join('');
}
