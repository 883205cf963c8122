// One JSON record per line as a format.
import { detectNdjson } from '../json/json-detection.js';
import { createNdjsonWriter } from '../json/json-writer.js';
import type { TableFormat } from '../table-format.js';
import { readNdjson } from './ndjson-source.js';

export const ndjsonFormat: TableFormat = {
  name: 'ndjson',
  label: 'NDJSON (one JSON record per line)',
  extensions: ['ndjson', 'jsonl'],
  mediaTypes: ['application/x-ndjson', 'application/jsonl'],
  nested: true,
  columnsGrow: true,
  describeOptions: [
    { name: 'encoding', meaning: 'Character encoding', default: 'by byte-order mark, else utf-8' },
    {
      name: 'whole',
      meaning: 'Reading: keys, as dotted paths, whose objects stay JSON instead of becoming columns',
      default: 'none; an import sets it for fields that hold JSON',
    },
    {
      name: 'jsonColumns',
      meaning: 'Writing: columns whose values are JSON already (numbers, booleans, json)',
      default: 'none',
    },
  ],
  detect: detectNdjson,
  read: readNdjson,
  createWriter: createNdjsonWriter,
};
