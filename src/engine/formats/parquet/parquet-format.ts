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
