// Files of other kinds that people take for tables of text, known by their first bytes, each with what to do instead.
import { formatsError } from '../formats-errors.js';

interface Signature {
  readonly kind: string;
  readonly hint: string;
  readonly bytes: string | readonly number[];
  readonly at?: number;
  /** The format of ours that reads it. */
  readonly format?: string;
}

const SAVE_AS = 'Open it in its program, save the sheet as CSV (UTF-8) and import that file.';
const LEAVE_FORMAT = 'Leave the format out, or set it to xlsx.';
const UNPACK = 'Unpack it and import the file inside; of compressed files only gzip (.gz) is read directly.';
const EXPORT = 'Export the data as CSV, JSON or NDJSON and import that file.';

const OTHER_FORMAT = 'Another format of ours reads it: leave the format out, and it is detected.';

const SIGNATURES: readonly Signature[] = [
  { kind: 'a PDF document', hint: EXPORT, bytes: '%PDF-' },
  {
    kind: 'an old Microsoft Office file (XLS, DOC)',
    hint: SAVE_AS,
    bytes: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
  },
  {
    kind: 'an old Excel file (BIFF)',
    hint: SAVE_AS,
    bytes: [0x09, 0x08, 0x10, 0x00, 0x00, 0x06, 0x05, 0x00],
  },
  { kind: 'a gzip file inside another', hint: UNPACK, bytes: [0x1f, 0x8b, 0x08] },
  { kind: 'a bzip2 file', hint: UNPACK, bytes: [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59] },
  { kind: 'an xz file', hint: UNPACK, bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { kind: 'a Zstandard file', hint: UNPACK, bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: 'a 7-Zip archive', hint: UNPACK, bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { kind: 'a RAR archive', hint: UNPACK, bytes: 'Rar!\u001a' },
  { kind: 'a Parquet file', hint: OTHER_FORMAT, bytes: 'PAR1', format: 'parquet' },
  { kind: 'an Avro file', hint: EXPORT, bytes: 'Obj\u0001' },
  { kind: 'an Arrow file', hint: EXPORT, bytes: 'ARROW1' },
  { kind: 'a SQLite database', hint: EXPORT, bytes: 'SQLite format 3\u0000' },
  { kind: 'a PostgreSQL dump', hint: 'Load it with pg_restore.', bytes: 'PGDMP' },
  { kind: 'a rich text document', hint: EXPORT, bytes: '{\\rtf' },
  { kind: 'a PNG picture', hint: EXPORT, bytes: [0x89, 0x50, 0x4e, 0x47] },
  { kind: 'a JPEG picture', hint: EXPORT, bytes: [0xff, 0xd8, 0xff] },
  { kind: 'a GIF picture', hint: EXPORT, bytes: 'GIF8' },
  { kind: 'a program', hint: EXPORT, bytes: [0x7f, 0x45, 0x4c, 0x46] },
];

/** Throws FORMATS-102 if the bytes begin a file of another kind than what `formats` read. */
export function refuseForeign(head: Buffer, formats: readonly string[] = []): void {
  const found = findForeign(head);
  if (found && (found.format === undefined || !formats.includes(found.format)))
    throw formatsError(102, {
      detail: `The source is ${found.kind}, not a table of text.`,
      hint: found.hint,
    });
}

function findForeign(head: Buffer): Pick<Signature, 'kind' | 'hint' | 'format'> | undefined {
  if (head.length < 3) return undefined;
  if (startsWith(head, 'PK\u0003\u0004')) return zipKind(head);
  const signature = SIGNATURES.find(({ bytes }) => startsWith(head, bytes));
  return signature ?? markupKind(head);
}

function zipKind(head: Buffer): { kind: string; hint: string } {
  const text = head.toString('latin1', 0, 8192);
  if (text.includes('opendocument.spreadsheet'))
    return { kind: 'an OpenDocument spreadsheet (ODS)', hint: SAVE_AS };
  if (text.includes('opendocument')) return { kind: 'an OpenDocument file', hint: SAVE_AS };
  if (text.includes('xl/')) return { kind: 'an Excel workbook (XLSX)', hint: LEAVE_FORMAT };
  if (text.includes('word/')) return { kind: 'a Word document (DOCX)', hint: EXPORT };
  if (text.includes('[Content_Types].xml')) return { kind: 'a Microsoft Office file', hint: SAVE_AS };
  return { kind: 'a ZIP archive', hint: UNPACK };
}

function markupKind(head: Buffer): Pick<Signature, 'kind' | 'hint' | 'format'> | undefined {
  const text = head
    .toString('latin1', 0, 256)
    .replace(/^ï»¿|^ÿþ|^þÿ/, '')
    .replaceAll('\u0000', '')
    .trimStart()
    .toLowerCase();
  if (text.startsWith('<!doctype html') || text.startsWith('<html')) {
    return {
      kind: 'a web page',
      hint: 'It may be the error or login page of the site the file was to come from.',
    };
  }
  return text.startsWith('<?xml') ? { kind: 'an XML file', hint: OTHER_FORMAT, format: 'xml' } : undefined;
}

function startsWith(head: Buffer, bytes: string | readonly number[]): boolean {
  const wanted = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : Buffer.from(bytes);
  return head.subarray(0, wanted.length).equals(wanted);
}
