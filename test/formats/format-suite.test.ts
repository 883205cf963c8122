// Every format passes the published suite.
import { describe, expect, it } from 'vitest';
import { csvFormat } from '../../src/engine/formats/csv/csv-format.js';
import { FORMATS } from '../../src/engine/formats/index.js';
import { jsonFormat } from '../../src/engine/formats/json/json-format.js';
import { ndjsonFormat } from '../../src/engine/formats/ndjson/ndjson-format.js';
import { xlsxFormat } from '../../src/engine/formats/xlsx/xlsx-format.js';
import { describeFormat, type FormatSuite } from '../../src/testing/format-suite.js';

const FOREIGN = [
  { name: 'a PDF', source: '%PDF-1.7 and so on' },
  { name: 'a ZIP archive', source: 'PK\u0003\u0004 and so on' },
  { name: 'a web page', source: '<!DOCTYPE html><html></html>' },
];

const SUITES: readonly FormatSuite[] = [
  {
    format: csvFormat,
    broken: [
      { name: 'a short row', source: 'a,b\n1,2\n3\n4,5\n', good: 2 },
      { name: 'a quote never closed', source: 'a,b\n1,2\n3,"x\n4,5\n', good: 2 },
      { name: 'text after a quote', source: 'a,b\n1,2\n3,"x"y\n4,5\n', good: 2 },
      { name: 'a NUL', source: 'a,b\n1,2\n3,\u0000\n4,5\n', good: 2 },
    ],
    unreadable: FOREIGN,
  },
  {
    format: jsonFormat,
    broken: [{ name: 'an element that is no object', source: '[{"a":1},2,{"a":3}]', good: 2 }],
    unreadable: [...FOREIGN, { name: 'an array that is not closed', source: '[{"a":1}' }],
  },
  {
    format: ndjsonFormat,
    broken: [
      { name: 'a line that is cut', source: '{"a":1}\n{"a":\n{"a":3}', good: 2 },
      { name: 'a line that is no object', source: '{"a":1}\n7\n{"a":3}', good: 2 },
    ],
    unreadable: FOREIGN,
  },
  { format: xlsxFormat, unreadable: FOREIGN },
];

for (const suite of SUITES) {
  describeFormat(suite, {
    describe,
    it,
    equal: (actual, wanted, message) => expect(actual, message).toEqual(wanted),
  });
}

it('no format is left out', () => {
  expect(SUITES.map(({ format }) => format.name)).toEqual(FORMATS.map(({ name }) => name));
});
