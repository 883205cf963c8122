// An XLSX file as a book of sheets, as every spreadsheet format hands it to the reading they share.
import { formatsError } from '../formats-errors.js';
import type { GridBook, GridRow } from '../grid/grid-row.js';
import type { GridSettings } from '../grid/grid-settings.js';
import { checkAreaCount, fillMerged, findArea, type MergedArea } from '../grid/merged-cells.js';
import { createXmlPart } from '../grid/xml-part.js';
import type { SourceFile } from '../table-format.js';
import { openZip, type ZipArchive, type ZipEntry } from '../zip/zip-archive.js';
import type { CellRules } from './cell-value.js';
import { readSharedStrings, type SharedStrings } from './shared-strings.js';
import { readSheetRows } from './sheet-reader.js';
import { readStyles } from './styles.js';
import { readWorkbook, type Workbook } from './workbook.js';

interface BookParts {
  readonly zip: ZipArchive;
  readonly workbook: Workbook;
  readonly styles: CellRules['styles'];
  readonly shared: SharedStrings;
}

/** What was opened to be looked at is at hand when the same open file is read: its texts need not be read twice. */
const opened = new WeakMap<SourceFile, BookParts>();

/** Reads all that the sheets share. Throws FORMATS-107, 120 … 124. */
async function openParts(file: SourceFile): Promise<BookParts> {
  const known = opened.get(file);
  if (known) return known;
  const zip = await openZip(file);
  const workbook = await readWorkbook(zip);
  const styles = await readStyles(zip, workbook.styles);
  const shared = await readSharedStrings(zip, workbook.sharedStrings);
  const parts = { zip, workbook, styles, shared };
  opened.set(file, parts);
  return parts;
}

/** Throws FORMATS-107, 120 … 124. */
export async function openXlsxBook(file: SourceFile, settings: GridSettings): Promise<GridBook> {
  const { zip, workbook, styles, shared } = await openParts(file);
  let done = Math.min(file.size, workbook.sharedStrings?.packedSize ?? 0);
  let position = done;
  const follow = (part: ZipEntry | undefined) => (bytes: number) => {
    position = Math.max(position, Math.min(file.size, done + bytes));
    if (part && bytes >= part.packedSize) done = Math.min(file.size, done + part.packedSize);
  };
  const rules: CellRules = {
    styles,
    dateSystem: workbook.dateSystem,
    sharedCount: shared.count,
    errors: settings.errors,
    hiddenRows: settings.hiddenRows,
  };
  async function* rowsOf(name: string, part: ZipEntry | undefined): AsyncGenerator<readonly GridRow[]> {
    if (!part) {
      throw formatsError(123, {
        detail: `The workbook names a sheet ${JSON.stringify(name)} whose part is missing in the file.`,
        hint: 'Open the file in its program and save it anew.',
      });
    }
    const areas = settings.merged === 'fill' ? await readAreas(zip, part) : [];
    const rows = readSheetRows(zip, part, rules, follow(part));
    yield* areas.length > 0 ? fillMerged(rows, areas) : rows;
  }
  return {
    sheets: workbook.sheets.map(({ name, hidden, kind, part }) => ({
      name,
      hidden,
      kind,
      rows: () => rowsOf(name, part),
    })),
    shared,
    says: workbook.dateSystem === 1904 ? ['dates count from 1904'] : [],
    position: () => position,
  };
}

/** The merged areas stand behind the rows, so the sheet is read twice for them. */
async function readAreas(zip: ZipArchive, part: ZipEntry): Promise<readonly MergedArea[]> {
  const areas: MergedArea[] = [];
  const xml = createXmlPart(part.name, {
    open(name, attributes) {
      if (name !== 'mergeCell') return;
      const area = findArea(attributes['ref'] ?? '');
      if (area) areas.push(area);
      checkAreaCount(areas.length);
    },
  });
  for await (const chunk of zip.read(part)) xml.write(chunk);
  xml.end();
  return areas;
}
