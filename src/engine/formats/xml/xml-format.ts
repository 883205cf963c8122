// XML documents as a format: every element at a path is a record.
import type { TableFormat } from '../table-format.js';
import { detectXml } from './xml-detection.js';
import { readXml } from './xml-reader.js';
import { createXmlWriter } from './xml-writer.js';

export const xmlFormat: TableFormat = {
  name: 'xml',
  label: 'XML',
  extensions: ['xml'],
  mediaTypes: ['application/xml', 'text/xml'],
  columnsGrow: true,
  describeOptions: [
    {
      name: 'path',
      meaning:
        'Elements from the root to the record, as in rss/channel/item; * is any one element, ** any number of them',
      default: 'the element that repeats and holds most; writing: records/record',
    },
    {
      name: 'lists',
      meaning:
        'Dotted paths of elements that may stand several times in a record: always a JSON list in one column',
      default: 'those that repeat in the first 256 kB',
    },
    {
      name: 'prefixes',
      meaning: 'Whether the prefixes of namespaces belong to the names of columns, as in wp:post_type',
      values: ['keep', 'drop'],
      default: 'keep',
    },
    {
      name: 'trim',
      meaning: 'Cut blanks and line breaks around the texts of elements',
      values: ['true', 'false'],
      default: 'false',
    },
    {
      name: 'encoding',
      meaning: 'Character encoding; what is written is UTF-8',
      default: 'by byte-order mark, else as the declaration says',
    },
    {
      name: 'whole',
      meaning: 'Reading: dotted paths whose elements stay JSON instead of becoming columns',
      default: 'none; an import sets it for fields that hold JSON',
    },
    {
      name: 'escapes',
      meaning: 'Whether _xHHHH_ stands for a character that XML does not allow (ISO/IEC 9075-14)',
      values: ['true', 'false'],
      default: 'reading: where the file says so; writing: true',
    },
    {
      name: 'nulls',
      meaning: 'Writing: NULL is an empty element with xsi:nil, or no element at all',
      values: ['nil', 'omit'],
      default: 'nil',
    },
    {
      name: 'namespaces',
      meaning: 'Writing: prefix=address of namespaces whose prefixes stand in names',
      default: 'none; a file of failed rows keeps those of its source',
    },
  ],
  detect: detectXml,
  read: readXml,
  createWriter: createXmlWriter,
};
