// Names and characters that XML has no room for, in the escape of ISO/IEC 9075-14 (SQL/XML): `_xHHHH_`, as PostgreSQL's
// own table_to_xml writes names. It is undone only in files that say so, because `_x0041_` may be anybody's text.

/** What a file of ours says about itself, before its root: `<?dovetail path="…" escapes="_xHHHH_"?>`. */
export const MARK_TARGET = 'dovetail';

const NAME_START =
  /[A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd]/;
const NAME_REST = /[-.0-9\u00b7\u203f\u2040]|[\u0300-\u036f]/;
const ESCAPED = /_x([0-9A-F]{4}|[0-9A-F]{8})_/g;
const ESCAPE_LIKE = /_(?=x(?:[0-9A-F]{4}|[0-9A-F]{8})_)/g;
/** Not in the production Char of XML 1.0. Half surrogate pairs don't come from PostgreSQL, but from plugins they may. */
const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const escapeCode = (code: number): string =>
  `_x${code
    .toString(16)
    .toUpperCase()
    .padStart(code > 0xffff ? 8 : 4, '0')}_`;

/** A name as XML takes it: what can't stand in it is escaped. `prefixes` may stand before a colon. */
export function toXmlName(name: string, prefixes: ReadonlySet<string>): string {
  const colon = name.indexOf(':');
  if (colon > 0 && prefixes.has(name.slice(0, colon))) {
    return `${name.slice(0, colon)}:${escapeName(name.slice(colon + 1))}`;
  }
  return escapeName(name);
}

function escapeName(name: string): string {
  const safe = Array.from(name.replace(ESCAPE_LIKE, '_x005F_'), (sign, place) => {
    const fits = NAME_START.test(sign) || (place > 0 && NAME_REST.test(sign));
    return fits && sign.length === 1 ? sign : escapeCode(sign.codePointAt(0)!);
  }).join('');
  // Names that begin with xml are reserved.
  return /^xml/i.test(safe) ? `${escapeCode(safe.charCodeAt(0))}${safe.slice(1)}` : safe;
}

export const hasForbidden = (text: string): boolean => text.search(FORBIDDEN) >= 0;

/** Text whose forbidden characters, and whatever looks like an escape, are escaped. */
export function escapeForbidden(text: string): string {
  return text.replace(ESCAPE_LIKE, '_x005F_').replace(FORBIDDEN, (sign) => escapeCode(sign.charCodeAt(0)));
}

/** Undoes both kinds of escape. */
export function unescapeXml(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(ESCAPED, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code > 0x10ffff ? whole : String.fromCodePoint(code);
  });
}

/** The attributes of the file's own mark. */
export function readMark(body: string): ReadonlyMap<string, string> {
  return new Map(Array.from(body.matchAll(/(\w+)="([^"]*)"/g), (match) => [match[1]!, match[2]!]));
}
