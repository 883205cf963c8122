// The scanner held against saxes: what one takes the other takes, and both say the same of it, whatever the chunks.
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../test/formats/seeded-random.js';
import { XmlScanner } from './xml-scanner.js';

type Event = readonly [kind: string, ...of: unknown[]];

/** Texts in pieces are one text; none is none. */
function join(events: readonly Event[]): readonly Event[] {
  const joined: Event[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (event[0] === 'text' && last?.[0] === 'text')
      joined[joined.length - 1] = ['text', `${last[1]}${event[1]}`];
    else joined.push(event);
  }
  return joined.filter(([kind, text]) => kind !== 'text' || text !== '');
}

function scan(document: Buffer, sizes: () => number): readonly Event[] | 'refused' {
  const events: Event[] = [];
  const scanner = new XmlScanner({
    open: (tag) => events.push(['open', tag.fullName, { ...tag.toRecord() }]),
    close: (name) => events.push(['close', name]),
    text: (bytes, from, to) => events.push(['text', bytes.toString('utf8', from, to)]),
  });
  try {
    for (let at = 0; at < document.length; ) {
      const size = sizes();
      scanner.write(document.subarray(at, at + size));
      at += size;
    }
    scanner.end();
  } catch {
    return 'refused';
  }
  return join(events);
}

function parse(document: Buffer): readonly Event[] | 'refused' {
  const events: Event[] = [];
  const parser = new SaxesParser({ position: false });
  let depth = 0;
  const fail = () => {
    throw new Error('refused');
  };
  parser.on('error', fail);
  parser.on('doctype', fail);
  parser.on('opentag', ({ name, attributes }) => {
    depth++;
    events.push(['open', name, { ...attributes }]);
  });
  parser.on('closetag', ({ name }) => {
    depth--;
    events.push(['close', name.slice(name.indexOf(':') + 1)]);
  });
  // It tells of blanks around the root, too.
  parser.on('text', (text) => depth > 0 && events.push(['text', text]));
  parser.on('cdata', (text) => events.push(['text', text]));
  try {
    parser.write(new TextDecoder('utf-8', { fatal: true }).decode(document)).close();
  } catch {
    return 'refused';
  }
  return join(events);
}

const PIECES = [
  '<c r="A1" t="s">',
  "<c\n r = 'B2'>",
  '</c>',
  '<c/>',
  '<v>',
  '</v>',
  '<v >12</v >',
  '<x:t xml:space="preserve">',
  '</x:t>',
  '&amp;',
  '&lt;',
  '&#10;',
  '&#x1F600;',
  '&#0;',
  '&nbsp;',
  '&',
  '&#xFFFE;',
  '&#xD800;',
  '&amp',
  ';',
  '\r\n',
  '\r',
  '\n',
  '\t',
  ' ',
  ']]>',
  ']]',
  ']',
  '>',
  '<',
  '"',
  "'",
  '=',
  '<!-- a - b -->',
  '<!-- a -- b -->',
  '<!--',
  '-->',
  '<![CDATA[a<b&\r\nc]]>',
  '<![CDATA[',
  '<!DOCTYPE c>',
  '<?a b?>',
  '<?xml version="1.0"?>',
  '?>',
  'text',
  'ä',
  '漢',
  '😀',
  '\u0001',
  '\uffff',
  '\ufeff',
  '<c a="1" a="2"/>',
  '<c a="1"b="2"/>',
  '<c a="x&lt;y&#9;z\n"/>',
  '<c a="<"/>',
  '<c a=1/>',
  '<c a/>',
  '<1/>',
  '< c/>',
  '<c / >',
  '</ c>',
  '<c ä="ö"/>',
  '<é>',
  '</é>',
]; // prettier-ignore

describe('the XML scanner', () => {
  it.each([1, 2, 3, 4])('says what saxes says of documents well made and badly (seed %i)', (seed) => {
    const { next, below, pick } = createRandom(seed);
    const outcomes = { taken: 0, refused: 0 };
    for (let round = 0; round < 1500; round++) {
      const head = pick([
        '',
        '',
        '',
        '\ufeff',
        '<?xml version="1.0" encoding="UTF-8" standalone=\'yes\'?>\r\n',
        ' ',
        '<!-- x -->',
      ]);
      const tail = pick(['', '', '\n', '<!-- x -->', '\r', ' x', '<c/>']);
      const body = Array.from({ length: below(5) }, () => pick(PIECES)).join('');
      const text = `${head}<a>${body}</a>${tail}`;
      const document = Buffer.from(text);
      if (next() < 0.1) document[below(document.length)] = below(256);
      const expected = parse(document);
      outcomes[expected === 'refused' ? 'refused' : 'taken']++;
      const most = pick([1, 2, 3, 7, 1000]);
      expect({
        text: document.toString(),
        of: scan(document, () => 1 + below(most)),
      }).toEqual({
        text: document.toString(),
        of: expected,
      });
    }
    expect(outcomes.taken).toBeGreaterThan(200);
    expect(outcomes.refused).toBeGreaterThan(200);
  });

  it('refuses depth, tags, comments and attributes without bounds, in time', () => {
    const whole = () => 64 * 1024;
    const attributes = (count: number) =>
      `<a ${Array.from({ length: count }, (_, i) => `a${i}="1"`).join(' ')}/>`;
    expect(scan(Buffer.from(attributes(256)), whole)).not.toBe('refused');
    expect(scan(Buffer.from(attributes(257)), whole)).toBe('refused');
    expect(scan(Buffer.from('<a>'.repeat(64) + '</a>'.repeat(64)), whole)).not.toBe('refused');
    expect(scan(Buffer.from('<a>'.repeat(65) + '</a>'.repeat(65)), whole)).toBe('refused');
    expect(scan(Buffer.from(`<a b="${' '.repeat(2_000_000)}"/>`), whole)).toBe('refused');
    expect(scan(Buffer.from(`<a><!--${' '.repeat(2_000_000)}--></a>`), whole)).toBe('refused');
  });
});
