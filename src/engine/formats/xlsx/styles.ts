// The number format of each cell style: all that reading needs of a workbook's styles.

import { findBuiltInFormat, type NumberFormat, PLAIN_NUMBER, toNumberFormat } from '../grid/number-format.js';
import { findAttribute, readXmlPart } from '../grid/xml-part.js';
import type { ZipArchive, ZipEntry } from '../zip/zip-archive.js';

/** By the index that cells name as their style. A workbook without styles has only plain numbers. */
export async function readStyles(
  zip: ZipArchive,
  part: ZipEntry | undefined,
): Promise<readonly NumberFormat[]> {
  if (!part) return [];
  const codes = new Map<number, string>();
  const ids: number[] = [];
  let inCells = false;
  await readXmlPart(part.name, zip.read(part), {
    open(name, attributes) {
      if (name === 'numFmt') {
        const code = findAttribute(attributes, 'formatCode');
        if (code !== undefined) codes.set(Number(findAttribute(attributes, 'numFmtId')), code);
      } else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) ids.push(Number(findAttribute(attributes, 'numFmtId') ?? 0));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  const formats = new Map<number, NumberFormat>();
  return ids.map((id) => {
    let format = formats.get(id);
    if (format === undefined) {
      const code = codes.get(id);
      format = code === undefined ? (findBuiltInFormat(id) ?? PLAIN_NUMBER) : toNumberFormat(code);
      formats.set(id, format);
    }
    return format;
  });
}
