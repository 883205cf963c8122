// Old Excel workbooks, XLS: read whole, since such files are small. Written are workbooks of today.
import { formatsError } from '../formats-errors.js';
import { inspectGrid } from '../grid/grid-inspect.js';
import { readGrid } from '../grid/grid-reader.js';
import { GRID_OPTIONS, readGridSettings } from '../grid/grid-settings.js';
import type { TableFormat } from '../table-format.js';
import { CONTAINER, isOldWorkbook, openXlsBook } from './xls-book.js';

/** Names of the streams in the container that only workbooks have; the last is a newer one with a password. */
const STREAMS = ['Workbook', 'Book', 'EncryptedPackage'].map((name) =>
  Buffer.from(`${name}\u0000`, 'utf16le'),
);

export const xlsFormat: TableFormat = {
  name: 'xls',
  label: 'Old Excel workbook (XLS)',
  extensions: ['xls'],
  mediaTypes: ['application/vnd.ms-excel'],
  randomAccess: true,
  writtenAs: 'xlsx',
  describeOptions: GRID_OPTIONS,
  detect(sample, { name, given }) {
    const head = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
    const container = head.subarray(0, 8).equals(CONTAINER);
    const named = /\.(xls|xlsx|xlt)$/i.test(name ?? '');
    const workbook = named || STREAMS.some((stream) => head.includes(stream));
    if (!isOldWorkbook(head) || (container && !workbook)) return undefined;
    return { format: 'xls', confidence: 0.95, options: given, says: ['old Excel workbook (XLS)'] };
  },
  async inspect(file, detection, { given }) {
    const settings = readGridSettings(given);
    const { options, says } = await inspectGrid(await openXlsBook(file, settings), settings, given);
    return { ...detection, options, says: [...detection.says, ...says] };
  },
  async *read({ file, options, batchRows }) {
    if (file === undefined || file.size === 0) return;
    yield* readGrid(await openXlsBook(file, readGridSettings(options)), options, batchRows);
  },
  notes: [
    'Everything said of XLSX in reading holds.',
    'Files of more than 32 MB are refused: they have to be read whole. XLSB, the binary form of XLSX, is not read.',
  ],
  createWriter: () => {
    throw formatsError(322, {
      detail: 'Old Excel workbooks are read, not written.',
      hint: 'Write an Excel workbook (xlsx).',
    });
  },
};
