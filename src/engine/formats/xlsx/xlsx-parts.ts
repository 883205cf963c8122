// The small parts of a workbook that is written: what stands in every XLSX file, and the styles its cells use.
import { toXmlText } from './escaped-text.js';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Index of a cell style in `STYLES_XML`. */
export const Style = {
  general: 0,
  date: 1,
  timestamp: 2,
  timestampFraction: 3,
  time: 4,
  timeFraction: 5,
  header: 6,
  /** Stays a text when somebody edits the cell: 007 remains 007. */
  text: 7,
  /** Of a column that a new record must bring. */
  required: 8,
} as const;
export type StyleIndex = (typeof Style)[keyof typeof Style];

export const ROOT_RELATIONS_XML =
  `${XML}<Relationships xmlns="${RELATIONS}">` +
  `<Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;

const CELL_FORMATS = [0, 164, 165, 166, 21, 167, 0, 49, 0]
  .map((id, i) => {
    const font = i === Style.header || i === Style.required ? 1 : 0;
    const fill = i === Style.required ? 2 : 0;
    return `<xf numFmtId="${id}" fontId="${font}" fillId="${fill}" borderId="0" xfId="0"${id ? ' applyNumberFormat="1"' : ''}${font ? ' applyFont="1"' : ''}${fill ? ' applyFill="1"' : ''}/>`;
  })
  .join('');

export const STYLES_XML =
  `${XML}<styleSheet xmlns="${MAIN}"><numFmts count="4">` +
  '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>' +
  '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>' +
  '<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss.000"/>' +
  '<numFmt numFmtId="167" formatCode="hh:mm:ss.000"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>' +
  '<fill><patternFill patternType="solid"><fgColor rgb="FFFFE699"/><bgColor indexed="64"/></patternFill></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  `<cellXfs count="9">${CELL_FORMATS}</cellXfs>` +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>';

export function toWorkbookXml(sheets: readonly string[]): string {
  const list = sheets.map(
    (name, i) => `<sheet name="${toAttribute(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  );
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${list.join('')}</sheets></workbook>`;
}

export function toWorkbookRelationsXml(sheets: readonly string[]): string {
  const list = sheets.map(
    (_, i) =>
      `<Relationship Id="rId${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
  );
  const styles = `<Relationship Id="rId${sheets.length + 1}" Type="${OFFICE}/styles" Target="styles.xml"/>`;
  return `${XML}<Relationships xmlns="${RELATIONS}">${list.join('')}${styles}</Relationships>`;
}

export function toContentTypesXml(sheets: readonly string[]): string {
  const list = sheets.map(
    (_, i) =>
      `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${CONTENT}.worksheet+xml"/>`,
  );
  return (
    `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
    '<Default Extension="xml" ContentType="application/xml"/>' +
    `<Override PartName="/xl/workbook.xml" ContentType="${CONTENT}.sheet.main+xml"/>` +
    `<Override PartName="/xl/styles.xml" ContentType="${CONTENT}.styles+xml"/>${list.join('')}</Types>`
  );
}

/** Frozen header, column widths in characters, and the styles of cells that are still empty. */
export function toSheetStartXml(
  columns: readonly { readonly width: number; readonly style: StyleIndex }[],
  header: boolean,
): string {
  const pane = header
    ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
    : '';
  const widths = columns.map(
    ({ width, style }, i) =>
      `<col min="${i + 1}" max="${i + 1}" width="${width}"${style ? ` style="${style}"` : ''} customWidth="1"/>`,
  );
  return (
    `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0">${pane}</sheetView></sheetViews>` +
    `${widths.length > 0 ? `<cols>${widths.join('')}</cols>` : ''}<sheetData>`
  );
}

/** `validations` as the worksheet has them (ECMA-376 part 1, 18.3.1.33: they follow the filter). */
export function toSheetEndXml(filter: string | undefined, validations = ''): string {
  return `</sheetData>${filter === undefined ? '' : `<autoFilter ref="${filter}"/>`}${validations}</worksheet>`;
}

export function toAttribute(text: string): string {
  return toXmlText(text).replaceAll('"', '&quot;');
}
