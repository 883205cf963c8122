// OpenDocument spreadsheets, ODS: read as a stream on the same parts as XLSX. Written are workbooks, which every program opens.
import { formatsError } from '../formats-errors.js';
import { inspectGrid } from '../grid/grid-inspect.js';
import { readGrid } from '../grid/grid-reader.js';
import { GRID_OPTIONS, readGridSettings } from '../grid/grid-settings.js';
import type { TableFormat } from '../table-format.js';
import { openOdsBook } from './ods-book.js';

const MEDIA_TYPE = 'application/vnd.oasis.opendocument.spreadsheet';

export const odsFormat: TableFormat = {
  name: 'ods',
  label: 'OpenDocument spreadsheet (ODS)',
  extensions: ['ods'],
  mediaTypes: [MEDIA_TYPE],
  randomAccess: true,
  writtenAs: 'xlsx',
  describeOptions: GRID_OPTIONS.filter(({ name }) => name !== 'merged'),
  detect(sample, { given }) {
    const head = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.byteLength, 512));
    // The first part is stored as it is, so that the type can be read without unpacking (OpenDocument 1.3 part 2, 3.3).
    const known = head.toString('latin1', 30, 38) === 'mimetype' && head.includes(MEDIA_TYPE);
    return known
      ? { format: 'ods', confidence: 0.97, options: given, says: ['OpenDocument spreadsheet'] }
      : undefined;
  },
  async inspect(file, detection, { given }) {
    const settings = readGridSettings(given);
    const { options, says } = await inspectGrid(await openOdsBook(file, settings), settings, given);
    return { ...detection, options, says: [...detection.says, ...says] };
  },
  async *read({ file, options, batchRows }) {
    if (file === undefined || file.size === 0) return;
    yield* readGrid(await openOdsBook(file, readGridSettings(options)), options, batchRows);
  },
  notes: ['Everything said of XLSX in reading holds.'],
  createWriter: () => {
    throw formatsError(322, {
      detail: 'OpenDocument spreadsheets are read, not written.',
      hint: 'Write an Excel workbook (xlsx); the programs that read ODS open it too.',
    });
  },
};
