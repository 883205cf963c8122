// Which encoding a file is in: told by its mark, by strict UTF-8, by its NUL bytes, or guessed with a stated confidence.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { detectFormat, readFormat } from '../../src/engine/formats/index.js';
import { lookAtSource } from '../../src/engine/formats/look-at-source.js';
import { findSamples } from '../support/samples.js';
import { detectAndRead, inChunks, readTable } from './read-table.js';

const detect = (bytes: Buffer) => detectFormat(bytes, { name: 'x.csv', whole: true }).encoding!;

const CYRILLIC = 'имя,город\nИван,Москва\nПётр,Новосибирск\nАнна,Казань\n';
const POLISH = 'nazwa;miasto\nŁukasz Żółć;Łódź\nPaweł;Kraków\nBożena Śliwińska;Gdańsk\n';
const GERMAN = 'name;stadt;preis\nMüller;Köln;12,50\nJäger & Söhne;Nürnberg;3,20\n';
const FRENCH = 'nom;ville;prix\nGarçon, Hélène;Besançon;5 €\nLefèvre;Nîmes;3 €\n';
const GREEK = 'όνομα,πόλη\nΓιώργος,Αθήνα\nΜαρία,Θεσσαλονίκη\n';
const TURKISH = 'ad,şehir\nİbrahim Çağlar,İstanbul\nAyşe Gül,Eskişehir\nIşık,Muğla\n';
const JAPANESE = '名前,都市\n田中,東京\n鈴木さん,大阪\nカタカナ,京都\n';
const CHINESE = '姓名,城市\n王伟,北京\n李娜,上海\n张敏,广州\n';
const TRADITIONAL = '姓名,城市\n王偉,臺北\n李娜,高雄\n張敏,臺中\n';
const KOREAN = '이름,도시\n김철수,서울\n이영희,부산\n';
const HEBREW = 'שם,עיר\nדוד,ירושלים\nשרה,תל אביב\n';
const ARABIC = 'اسم,مدينة\nأحمد,القاهرة\nفاطمة,بيروت\n';
const THAI = 'ชื่อ,เมือง\nสมชาย,กรุงเทพ\n';

/** The same among what most tables consist of: numbers, dates, codes. */
const pad = (text: string) =>
  text
    .split('\n')
    .map((line, i) => (line === '' ? '' : `${i + 1000},2026-01-0${i + 1},ABC-${i},true,12.50,${line}`))
    .join('\n');

describe('a text without a mark is guessed', () => {
  it.each<[string, string]>([
    ['windows-1251', CYRILLIC],
    ['iso-8859-5', CYRILLIC],
    ['koi8-r', CYRILLIC],
    ['cp866', CYRILLIC],
    ['windows-1250', POLISH],
    ['iso-8859-2', POLISH],
    ['windows-1252', GERMAN],
    ['windows-1252', FRENCH],
    ['iso-8859-15', FRENCH],
    ['windows-1253', GREEK],
    ['windows-1254', TURKISH],
    ['windows-1255', HEBREW],
    ['windows-1256', ARABIC],
    ['windows-874', THAI],
    ['shift_jis', JAPANESE],
    ['euc-jp', JAPANESE],
    ['euc-kr', KOREAN],
    ['gb18030', CHINESE],
    ['big5', TRADITIONAL],
  ])('%s', async (encoding, text) => {
    for (const content of [text, pad(text)]) {
      const bytes = iconv.encode(content, encoding);
      const guess = detect(bytes);
      expect([guess.encoding, guess.confidence < 1]).toEqual([encoding, true]);
      const { options } = detectFormat(bytes, { name: 'x.csv', whole: true });
      const read = await readTable('csv', bytes, { ...options, header: false });
      const utf8 = await readTable('csv', Buffer.from(content), {
        ...options,
        header: false,
        encoding: 'utf-8',
      });
      expect(read.rows).toEqual(utf8.rows);
    }
  });

  it('with its confidence; below 80% with what else it may be and how to set it', () => {
    const sure = detect(iconv.encode(CYRILLIC, 'windows-1251'));
    expect(sure.says).toMatch(/^Windows-1251 \(Cyrillic\), \d\d% sure$/);
    const unsure = detect(iconv.encode(POLISH, 'iso-8859-2'));
    expect(unsure.confidence).toBeLessThan(0.8);
    expect(unsure.alternatives.length).toBeGreaterThan(0);
    expect(unsure.says).toMatch(/a guess \(\d\d% sure, or windows-1250.*set encoding/);
  });

  it('the more of it there is, the surer', () => {
    const few = detect(iconv.encode('имя\nИван\n', 'windows-1251'));
    const many = detect(iconv.encode(CYRILLIC, 'windows-1251'));
    expect(many.confidence).toBeGreaterThan(few.confidence);
  });
});

describe('UTF-16 and UTF-32', () => {
  it.each(['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])(
    '%s is known without a mark, in any script',
    (name) => {
      for (const text of [GERMAN, CYRILLIC, JAPANESE, CHINESE, ARABIC, THAI]) {
        expect(detect(iconv.encode(text.repeat(3), name, { addBOM: false })).encoding).toBe(name);
      }
    },
  );

  it('UTF-32 behind the mark of UTF-16 is read as what it is', async () => {
    for (const name of ['utf-32le', 'utf-32be']) {
      const bytes = Buffer.concat([
        Buffer.from([0xfe, 0xff]),
        iconv.encode('a,b\nä,1\n', name, { addBOM: false }),
      ]);
      const table = await detectAndRead(bytes, 'x.csv');
      expect([table.columns, table.rows]).toEqual([['a', 'b'], [['ä', '1']]]);
      expect(table.says.join()).toContain('behind the byte-order mark of UTF-16 BE');
    }
  });

  it('a NUL in a text of bytes does not make it UTF-16', () => {
    expect(detect(Buffer.from('a,b\nx\0,1\ny,2\n')).encoding).toBe('utf-8');
  });
});

describe('UTF-8 with damage', () => {
  it('is UTF-8, and its bad rows are reported', () => {
    expect(detect(Buffer.concat([Buffer.from('a,b\nä,ö\nü,é\nx,'), Buffer.from([0xff, 10])])).encoding).toBe(
      'utf-8',
    );
  });

  it('names the likely encoding where it turns out late that the file is not UTF-8', async () => {
    const bytes = iconv.encode(`id,name\n${'1,plain\n'.repeat(10)}2,Müller\n3,Jäger\n`, 'windows-1252');
    const problems = [];
    const options = { encoding: 'utf-8' };
    for await (const batch of readFormat('csv').read({ bytes: inChunks(bytes, 1000), options })) {
      problems.push(...batch.problems);
    }
    expect(problems.map(({ index, code }) => [index, code])).toEqual([
      [10, 'FORMATS-205'],
      [11, 'FORMATS-205'],
    ]);
    expect(problems[0]!.hint).toContain('--encoding windows-1252');
  });
});

describe('the first letter beyond ASCII far behind the beginning', () => {
  it('decides nevertheless', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dovetail-far-'));
    try {
      const path = join(folder, 'far.csv');
      const ascii = `id,name\n${Array.from({ length: 60_000 }, (_, i) => `${i},plain`).join('\n')}\n`;
      await writeFile(path, iconv.encode(ascii + CYRILLIC, 'windows-1251'));
      const wish = { formatOptions: {}, signal: new AbortController().signal };
      const look = await lookAtSource({ path, name: 'far.csv' }, wish, []);
      expect(look.detection.options['encoding']).toBe('windows-1251');
      expect(look.detection.says.join()).toContain('Windows-1251 (Cyrillic)');
      const set = await lookAtSource(
        { path, name: 'far.csv' },
        { ...wish, formatOptions: { encoding: 'utf-8' } },
        [],
      );
      expect(set.detection.options['encoding']).toBe('utf-8');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

const samples = findSamples();

describe.skipIf(samples === undefined)('files of other people', () => {
  it.each<[string, string]>([
    ['csv-adversarial/openrefine/big5.txt', 'big5'],
    ['csv-adversarial/openrefine/euc-jp.txt', 'euc-jp'],
    ['csv-adversarial/openrefine/euc-kr.txt', 'euc-kr'],
    ['csv-adversarial/openrefine/shift_jis.txt', 'shift_jis'],
    ['csv-adversarial/openrefine/example-latin1.tsv', 'windows-1252'],
    ['csv-adversarial/openrefine/example-utf16le-bom.tsv', 'utf-16le'],
    ['csv-adversarial/openrefine/example-utf16be-bom.tsv', 'utf-16be'],
    ['csv-adversarial/duckdb/encodings/shift_jis.csv', 'shift_jis'],
    ['csv-adversarial/duckdb/encodings/latin1.csv', 'windows-1252'],
    ['csv-adversarial/duckdb/error/banklist.csv', 'windows-1252'],
    ['crm/salesforce-dataloader/accountData.csv', 'windows-1252'],
    ['crm/salesforce-dataloader/tests/csvtext_BOM_UTF32BE.csv', 'utf-32be'],
    ['crm/salesforce-dataloader/tests/csvtext_BOM_UTF32LE.csv', 'utf-32le'],
  ])('%s: %s', async (file, encoding) => {
    expect(detect(await readFile(join(samples!, file))).encoding).toBe(encoding);
  });
});
