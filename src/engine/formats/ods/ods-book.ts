// An OpenDocument spreadsheet as a book of sheets. All sheets stand in one part, so a sheet is found by passing over those before it
// (OpenDocument 1.3 part 3, 9.1 and 19.385 ff.).
import { formatsError } from '../formats-errors.js';
import { type GridBook, type GridRow, NO_SHARED_TEXTS } from '../grid/grid-row.js';
import type { GridSettings } from '../grid/grid-settings.js';
import { createXmlPart, readXmlPart } from '../grid/xml-part.js';
import type { SourceFile } from '../table-format.js';
import { openZip, type ZipArchive, type ZipEntry } from '../zip/zip-archive.js';
import { createSheetHandlers } from './ods-sheet.js';

interface ListedSheet {
  readonly name: string;
  readonly hidden: boolean;
}

const MAX_SHEETS = 10_000;

/** Throws FORMATS-107, 120 … 124. */
export async function openOdsBook(file: SourceFile, settings: GridSettings): Promise<GridBook> {
  const zip = await openZip(file);
  const content = zip.find('content.xml');
  if (!content) {
    throw formatsError(123, {
      detail: 'The ZIP container holds no OpenDocument spreadsheet.',
      hint: 'Open the file in its program, save it as an Excel workbook (.xlsx) and import that.',
    });
  }
  await refuseEncrypted(zip);
  const sheets = await listSheets(zip, content);
  let position = 0;
  async function* rowsOf(index: number): AsyncGenerator<readonly GridRow[]> {
    let rows: GridRow[] = [];
    const handlers = createSheetHandlers(index, settings, (row) => rows.push(row));
    const xml = createXmlPart(content!.name, handlers);
    const follow = (bytes: number) => {
      position = Math.max(position, Math.min(bytes, file.size));
    };
    for await (const chunk of zip.read(content!, follow)) {
      xml.write(chunk);
      if (rows.length > 0) yield rows;
      rows = [];
      if (handlers.done()) return;
    }
    xml.end();
    if (rows.length > 0) yield rows;
  }
  return {
    sheets: sheets.map(({ name, hidden }, i) => ({ name, hidden, kind: 'sheet', rows: () => rowsOf(i) })),
    shared: NO_SHARED_TEXTS,
    says: [],
    position: () => position,
  };
}

async function refuseEncrypted(zip: ZipArchive): Promise<void> {
  const manifest = zip.find('META-INF/manifest.xml');
  if (!manifest) return;
  await readXmlPart(manifest.name, zip.read(manifest), {
    open(name) {
      if (name !== 'encryption-data') return;
      throw formatsError(121, {
        detail: 'The spreadsheet is protected by a password.',
        hint: 'Open it in its program, save it without a password and import that.',
      });
    },
  });
}

/** A sheet is hidden by its style. */
async function listSheets(zip: ZipArchive, content: ZipEntry): Promise<readonly ListedSheet[]> {
  const sheets: ListedSheet[] = [];
  const hiddenStyles = new Set<string>();
  let style = '';
  let tables = 0;
  const xml = createXmlPart(content.name, {
    open(name, attributes) {
      if (name === 'style') style = attributes['style:name'] ?? '';
      else if (name === 'table-properties' && attributes['table:display'] === 'false')
        hiddenStyles.add(style);
      else if (name === 'table' && ++tables === 1) {
        sheets.push({
          name: attributes['table:name'] ?? `Sheet${sheets.length + 1}`,
          hidden: hiddenStyles.has(attributes['table:style-name'] ?? ''),
        });
        if (sheets.length > MAX_SHEETS)
          throw formatsError(122, {
            detail: `The spreadsheet has more than ${MAX_SHEETS} sheets.`,
            hint: 'Save the sheet as CSV and import that.',
          });
      }
    },
    close(name) {
      if (name === 'table') tables--;
    },
  });
  for await (const chunk of zip.read(content)) xml.write(chunk);
  xml.end();
  return sheets;
}
