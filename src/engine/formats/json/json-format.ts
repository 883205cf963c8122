// One JSON document as a format: an array of records, at the top or under a path of keys.
import type { TableFormat } from '../table-format.js';
import { detectJson } from './json-detection.js';
import { readJson } from './json-source.js';
import { createJsonWriter } from './json-writer.js';

export const jsonFormat: TableFormat = {
  name: 'json',
  label: 'JSON (an array of records)',
  extensions: ['json'],
  mediaTypes: ['application/json'],
  nested: true,
  columnsGrow: true,
  describeOptions: [
    {
      name: 'path',
      meaning:
        'Keys that lead to the array of records, joined by dots; * is any key or element, as in orders.*.lines; empty for the top',
      default: 'the array of objects nearest the top',
    },
    {
      name: 'carry',
      meaning:
        'Columns from around the record: ^.id is a member of the object around it, ^.^.id of the one around that, ^key the key it stands under; only what stands before the record is known',
      default: 'none',
    },
    {
      name: 'skipLines',
      meaning: 'Lines to pass over at the top',
      default: '0, or front matter between ---',
    },
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
  detect: detectJson,
  read: readJson,
  createWriter: createJsonWriter,
};
