// The page of formats: what each can be told, as its describeOptions says.
import { FORMATS } from '../../../src/engine/formats/index.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

export function toFormatPage(): string {
  return toPage('Formats', [
    'Format, encoding and everything else about a file are detected and shown; each option below can be set instead, with',
    '`--format-option name=value` or, for the usual ones, an option of its own (see [commands](commands.md)). Files of text may be',
    'gzipped; any may lie in a zip file.',
    ...FORMATS.flatMap((format) => [
      '',
      `## ${format.label}`,
      '',
      `\`--format ${format.name}\`; by extension: ${format.extensions.map((one) => `\`.${one}\``).join(', ')}.` +
        (format.randomAccess ? ' Read at many places at once, so not gzipped.' : '') +
        (format.writtenAs === undefined
          ? ''
          : ` Only read; what is written in its place is \`${format.writtenAs}\`.`),
      '',
      ...(format.notes ?? []).map((note) => `- ${note}`),
      ...(format.notes ? [''] : []),
      ...toMarkdownTable(
        ['option', 'meaning', 'values', 'default'],
        format.describeOptions.map((option) => [
          code(option.name),
          option.meaning,
          (option.values ?? []).map(code).join(', '),
          code(option.default),
        ]),
      ),
    ]),
  ]);
}
