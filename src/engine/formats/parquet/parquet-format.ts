// Apache Parquet as a format: typed columns in row groups, read by their footer at the file's end.
import type { TableFormat } from '../table-format.js';
import { detectParquet, inspectParquet, readParquet } from './parquet-reader.js';
import { createParquetWriter } from './parquet-writer.js';

export const parquetFormat: TableFormat = {
  name: 'parquet',
  label: 'Apache Parquet',
  extensions: ['parquet', 'pq'],
  mediaTypes: ['application/vnd.apache.parquet'],
  randomAccess: true,
  nested: true,
  notes: [
    'Read are all encodings but the long deprecated `BIT_PACKED`, and all compressions but `LZO`; not encrypted files, and not `VARIANT` columns.',
    'A file that claims more than it holds is refused (FORMATS-134). So is what is too much (FORMATS-135): more than 10 million values or 128 MB of text and, beyond these, more than 1,000 of each for every byte of the file; a page of more than 256 MB; a row group of more than 512 MB; a value of more than 16 MB, or of more than a million parts.',
  ],
  describeOptions: [
    {
      name: 'whole',
      meaning: 'Reading: columns, as dotted paths, whose records stay JSON instead of becoming columns',
      default: 'none; an import sets it for fields that hold JSON',
    },
    {
      name: 'binary',
      meaning: 'Reading: bytes without a type are hexadecimal (\\x…), or text as old writers mean them',
      values: ['hex', 'text'],
      default: 'hex',
    },
    {
      name: 'texts',
      meaning:
        'Writing: columns to be written as text, for values their types have no place for, as infinity',
      default: 'none',
    },
    {
      name: 'compression',
      meaning: 'Writing: how pages are packed',
      values: ['snappy', 'none'],
      default: 'snappy',
    },
  ],
  detect: detectParquet,
  inspect: inspectParquet,
  read: readParquet,
  createWriter: createParquetWriter,
};
