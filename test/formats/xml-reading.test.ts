// What XML becomes: records, columns, lists, texts, and what is said where it is broken.
import { describe, expect, it } from 'vitest';
import { detectFormat, readFormat } from '../../src/engine/formats/index.js';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import type { DovetailError } from '../../src/foundation/errors/dovetail-error.js';
import { ABSENT, collect, detectAndRead, inChunks, NULL, readTable } from './read-table.js';

const read = (text: string, options: FormatOptions = {}) => readTable('xml', Buffer.from(text), options);
const detect = (text: string, given: FormatOptions = {}) =>
  detectFormat(Buffer.from(text), { whole: true, given });

/** The first record as column → cell. */
async function record(text: string, options: FormatOptions = {}): Promise<Record<string, string>> {
  const { columns, rows } = await read(text, options);
  return Object.fromEntries(columns.map((column, i) => [column, rows[0]![i]!]));
}

describe('an XML record', () => {
  it('has attributes, texts and nested elements as columns; text beside attributes has its own', async () => {
    const text = `<c><p sku="A"><name>Anvil</name><price cur="EUR">1.50</price><brand><name>Acme</name></brand></p></c>`;
    expect(await record(text)).toEqual({
      '@sku': 'A',
      name: 'Anvil',
      'price.@cur': 'EUR',
      price: '1.50',
      'brand.name': 'Acme',
    });
  });

  it('keeps elements that repeat as a JSON list, at once or from the sample on', async () => {
    const text = '<c><p><tag>a</tag><tag n="1">b</tag></p><p><tag>c</tag></p></c>';
    expect((await read(text)).rows).toEqual([['json:["a",{"@n":"1","#text":"b"}]'], ['c']]);
    expect((await detectAndRead(Buffer.from(text), 'x.xml')).rows).toEqual([
      ['json:["a",{"@n":"1","#text":"b"}]'],
      ['json:["c"]'],
    ]);
  });

  it('keeps what is named in `whole` as JSON', async () => {
    const text = '<c><p><d><a>1</a><b x="2"/></d></p></c>';
    expect(await record(text, { whole: ['d'] })).toEqual({ d: 'json:{"a":"1","b":{"@x":"2"}}' });
  });

  it('tells NULL, the empty text and what is not there apart', async () => {
    const text = `<c xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><p><a i:nil="true"/><b/><d></d></p><p><b>x</b></p></c>`;
    expect((await read(text)).rows).toEqual([
      [NULL, '', ''],
      [ABSENT, 'x', ABSENT],
    ]);
  });

  it('keeps blanks of texts, cuts them if asked to, and takes those between elements for layout', async () => {
    const text = '<c><p>\n  <a>  x\n </a>\n  <b> </b>\n</p></c>';
    expect(await record(text)).toEqual({ a: '  x\n ', b: ' ' });
    expect(await record(text, { trim: true })).toEqual({ a: 'x', b: '' });
  });

  it('keeps text with markup in it as one text with its markup', async () => {
    const text = '<c><p><d>Hello <b class="x">big &amp; bold</b> world &lt;3</d></p></c>';
    expect(await record(text)).toEqual({ d: 'Hello <b class="x">big &amp; bold</b> world &lt;3' });
  });

  it('joins CDATA, references and text, and passes over comments', async () => {
    const text = '<c><p><a>1 &lt; <![CDATA[<b>&amp;</b>]]> &#x26;<!-- no --> &#8364;</a></p></c>';
    expect(await record(text)).toEqual({ a: '1 < <b>&amp;</b> & €' });
  });

  it('keeps prefixes as they are written, or drops them', async () => {
    const text = '<c xmlns:wp="u"><p wp:id="1"><wp:type>post</wp:type></p></c>';
    expect(await record(text)).toEqual({ '@wp:id': '1', 'wp:type': 'post' });
    expect(await record(text, { prefixes: 'drop' })).toEqual({ '@id': '1', type: 'post' });
  });

  it('may be a text and nothing else', async () => {
    expect(await record('<c><n>a</n><n>b</n></c>', { path: 'c/n' })).toEqual({ '#text': 'a' });
  });

  it('knows its line', async () => {
    const { lines } = await read('<?xml version="1.0"?>\n<c>\n<p\n a="1"\n/>\n\n<p a="2"/></c>');
    expect(lines).toEqual([3, 7]);
  });
});

describe('the record path', () => {
  const rss = '<rss><channel><title>t</title><item><x>1</x></item><item><x>2</x></item></channel></rss>';

  it.each([
    ['rss/channel/item', 2],
    ['/rss/channel/item', 2],
    ['rss/*/item', 2],
    ['**/item', 2],
    ['rss/**/item/x', 2],
    ['rss/channel', 1],
    ['rss', 1],
  ])('%s finds %i', async (path, count) => {
    expect((await read(rss, { path })).rows.length).toBe(count);
  });

  it('is detected, and so are the others there are', () => {
    const text = `<r><meta><k n="1"/><k n="2"/></meta><list>${'<p><a>1</a><b>2</b></p>'.repeat(5)}</list></r>`;
    const { options, says } = detect(text);
    expect(options['path']).toBe('r/list/p');
    expect(says).toContain('XML, records at r/list/p (5 in the file)');
    expect(says).toContain('repeated as well: r/meta/k (2); set path to read those');
  });

  it.each([
    ['<products><product id="1"><name>a</name></product></products>', 'products/product'],
    ['<order id="1"><line>a</line></order>', 'order'],
    ['<names><name>a</name><name>b</name></names>', 'names/name'],
    ['<products/>', 'products/*'],
  ])('is guessed where nothing repeats: %s', (text, path) => {
    expect(detect(text).options['path']).toBe(path);
  });

  it('that leads nowhere is refused, with what there is; an empty list is none', async () => {
    const error = await read(rss, { path: 'rss/chanel/item' }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'FORMATS-132' });
    expect((error as DovetailError).detail).toContain('rss/channel/title');
    expect((await read('<catalog/>', { path: 'catalog/product' })).rows).toEqual([]);
  });

  it.each(['', 'a//b', 'a/**'])('%j is refused', async (path) => {
    await expect(read(rss, { path })).rejects.toMatchObject({ code: 'FORMATS-108' });
  });
});

describe('broken and hostile XML', () => {
  it('gives the records before the break, then line and column', async () => {
    const rows: number[] = [];
    const reading = (async () => {
      const bytes = inChunks(Buffer.from('<c>\n<p a="1"/>\n<p a="2"/>\n<p a="3"></q>\n</c>'), 9);
      for await (const batch of readFormat('xml').read({ bytes, options: {} })) rows.push(batch.rows);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'FORMATS-131',
      pointer: { line: 4 },
      detail: expect.stringMatching(/line 4, column \d+/),
    });
    expect(rows).toEqual([2]);
  });

  it('expands no entity: the record that uses one is reported, the others are read', async () => {
    const lol = `<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>
<c><p n="1">&b;</p><p n="2">&x;</p><p n="3">fine</p></c>`;
    const table = await read(lol, { path: 'c/p' });
    expect(table.rows.map((row) => row[0])).toEqual(['1', '2', '3']);
    expect(table.problems.map(({ record, code }) => [record, code])).toEqual([
      [1, 'FORMATS-232'],
      [2, 'FORMATS-232'],
    ]);
    expect(JSON.stringify(table.rows)).not.toMatch(/aaaa|root:/);
    expect(table.problems[0]!.message).toContain('not expanded');
    expect((await read('<c><p>&constructor;</p></c>')).problems.length).toBe(1);
  });

  it('reports bytes that are no character, and knows them from a written replacement sign', async () => {
    const bytes = Buffer.concat([
      Buffer.from('<c><p a="'),
      Buffer.from([0xe9]),
      Buffer.from('"/><p a="\ufffd"/></c>'),
    ]);
    const table = await readTable('xml', bytes, { encoding: 'utf-8' });
    expect(table.rows).toEqual([['?'], ['\ufffd']]);
    expect(table.problems.map(({ record, code }) => [record, code])).toEqual([[1, 'FORMATS-205']]);
  });

  it.each([
    ['nesting without end', () => '<a>'.repeat(100_000), 'FORMATS-133'],
    [
      'attributes without end',
      () => `<c><p ${Array.from({ length: 10_001 }, (_, i) => `a${i}=""`).join(' ')}/></c>`,
      'FORMATS-110',
    ],
    [
      'names without end',
      () => `<c><p>${Array.from({ length: 10_001 }, (_, i) => `<a${i}/>`).join('')}</p></c>`,
      'FORMATS-110',
    ],
    ['a record without end', () => `<c><p>${'<a>some text</a>'.repeat(300_000)}</p></c>`, 'FORMATS-109'],
    ['a text without end', () => `<c><p>${'x'.repeat(18_000_000)}`, 'FORMATS-109'],
    ['a comment without end', () => `<c><!-- ${'x'.repeat(18_000_000)}`, 'FORMATS-109'],
    ['an attribute without end', () => `<c><p a="${'x'.repeat(18_000_000)}`, 'FORMATS-109'],
  ])('is stopped at %s', async (_name, source, code) => {
    await expect(read(source())).rejects.toMatchObject({ code });
  });
});

describe('encodings', () => {
  const declared = (name: string) => `<?xml version="1.0" encoding="${name}"?><c><p a="é€"/></c>`;

  it.each([
    ['windows-1252', Buffer.from(declared('windows-1252').replace('é€', '\u00e9\u0080'), 'latin1')],
    ['utf-8', Buffer.from(declared('UTF-8'))],
    ['utf-8 with a mark', Buffer.from(`\ufeff${declared('utf-8')}`)],
    ['utf-16 with a mark', Buffer.from(`\ufeff${declared('utf-16')}`, 'utf16le')],
    ['utf-8 that says utf-16', Buffer.from(declared('utf-16'))],
  ])('%s is read by its declaration or mark', async (_name, bytes) => {
    expect((await readTable('xml', bytes, {})).rows).toEqual([['é€']]);
    expect((await detectAndRead(bytes, 'x.xml')).rows).toEqual([['é€']]);
  });

  it('that nobody knows is refused', async () => {
    await expect(read(declared('klingon-8'))).rejects.toMatchObject({ code: 'FORMATS-104' });
  });
});

it('reads the same in any chunking', async () => {
  const text = `<?xml version="1.0"?><c>${'<p a="é😀"><t>x &amp; <![CDATA[y]]></t><t>z</t></p>\r\n'.repeat(40)}</c>`;
  const whole = await read(text);
  for (const size of [1, 2, 3, 5, 17]) {
    const bytes = inChunks(Buffer.from(text), size);
    expect(await collect(readFormat('xml').read({ bytes, options: {} }))).toEqual(whole);
  }
});
