// The encodings that are looked for, by the names iconv knows, and what the detector calls them. jschardet 4 (0BSD, pure
// JavaScript) was picked over chardet 2: tried on the same short files it put the right one first far more often.

export interface KnownEncoding {
  /** As the option `encoding` takes it. */
  readonly name: string;
  /** For people. */
  readonly label: string;
  readonly script: string;
  /** Names under which the detector may find it. An ISO encoding that is a part of a Windows one goes by that. */
  readonly found: readonly string[];
  /** How often files of today are written in it, compared with others that fit as well. Default 1. */
  readonly prior?: number;
}

export const ENCODINGS: readonly KnownEncoding[] = [
  of('windows-1252', 'Windows-1252', 'Western European', 'Windows-1252 ISO-8859-1', 1.3),
  of('iso-8859-15', 'ISO-8859-15', 'Western European', 'ISO-8859-15 iso8859-15', 1.2),
  of('windows-1250', 'Windows-1250', 'Central European', 'Windows-1250'),
  of('iso-8859-2', 'ISO-8859-2', 'Central European', 'ISO-8859-2', 0.95),
  of('windows-1251', 'Windows-1251', 'Cyrillic', 'Windows-1251'),
  of('koi8-r', 'KOI8-R', 'Cyrillic', 'KOI8-R'),
  of('koi8-u', 'KOI8-U', 'Cyrillic', 'KOI8-U koi8-u', 0.9),
  of('iso-8859-5', 'ISO-8859-5', 'Cyrillic', 'ISO-8859-5', 0.95),
  of('cp866', 'CP866', 'Cyrillic, DOS', 'IBM866 cp866', 0.95),
  of('windows-1253', 'Windows-1253', 'Greek', 'Windows-1253'),
  of('iso-8859-7', 'ISO-8859-7', 'Greek', 'ISO-8859-7', 0.95),
  of('windows-1254', 'Windows-1254', 'Turkish', 'Windows-1254 ISO-8859-9', 0.95),
  of('windows-1255', 'Windows-1255', 'Hebrew', 'Windows-1255 ISO-8859-8'),
  of('windows-1256', 'Windows-1256', 'Arabic', 'Windows-1256'),
  of('iso-8859-6', 'ISO-8859-6', 'Arabic', 'ISO-8859-6', 0.95),
  of('windows-1257', 'Windows-1257', 'Baltic', 'Windows-1257 ISO-8859-13', 0.8),
  of('windows-1258', 'Windows-1258', 'Vietnamese', 'Windows-1258', 0.9),
  of('windows-874', 'Windows-874', 'Thai', 'TIS-620 Windows-874 CP874 cp874'),
  of('macintosh', 'Mac Roman', 'Western European, old Macs', 'MacRoman', 0.6),
  of('cp850', 'CP850', 'Western European, DOS', 'cp850 CP850 IBM850 cp858', 0.7),
  of('cp437', 'CP437', 'Western European, DOS', 'cp437 CP437', 0.5),
  of('cp852', 'CP852', 'Central European, DOS', 'cp852 CP852', 0.5),
  of('shift_jis', 'Shift_JIS', 'Japanese', 'SHIFT_JIS CP932'),
  of('euc-jp', 'EUC-JP', 'Japanese', 'EUC-JP'),
  of('euc-kr', 'EUC-KR', 'Korean', 'EUC-KR CP949'),
  of('gb18030', 'GB18030', 'Chinese', 'GB18030 GB2312 GBK'),
  of('big5', 'Big5', 'Chinese, traditional', 'Big5 BIG5 Big5-HKSCS'),
];

function of(name: string, label: string, script: string, found: string, prior = 1): KnownEncoding {
  return { name, label, script, found: found.toLowerCase().split(' '), prior };
}

/** The name for people: `Windows-1251 (Cyrillic)`; the name itself where it is not in the list. */
export function toEncodingLabel(name: string): string {
  const known = ENCODINGS.find((each) => each.name === name);
  return known === undefined ? name : `${known.label} (${known.script})`;
}
