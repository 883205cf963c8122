// How wide a text is on a terminal, and how to cut or wrap it there. Cells of files are printed too: what could steer
// the terminal is made visible first.
import { stripVTControlCharacters } from 'node:util';

const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]/u;
const SPECIAL = /[^\u0020-\u007e]/;

/** Columns the text takes on a terminal; colours take none. */
export function textWidth(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (!SPECIAL.test(plain)) return plain.length;
  let width = 0;
  for (const char of plain) width += ZERO.test(char) ? 0 : WIDE.test(char) ? 2 : 1;
  return width;
}

/** The text cut to at most `width` columns, with `…` where something is missing. For plain texts, not coloured ones. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width <= 1) return width === 1 ? '…' : '';
  let cut = '';
  let used = 0;
  for (const char of text) {
    const charWidth = textWidth(char);
    if (used + charWidth > width - 1) break;
    cut += char;
    used += charWidth;
  }
  return `${cut}…`;
}

/** The text on lines of at most `width` columns, broken at spaces where there are any; colours are not expected. */
export function wrapText(text: string, width: number): string[] {
  if (width < 1 || textWidth(text) <= width) return text.split('\n');
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && textWidth(longer) > width) {
        lines.push(line);
        line = word;
      } else {
        line = longer;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** A text from outside, safe to print on one line: line breaks and control characters become visible signs. */
export function toPrintable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (char) => {
    const code = char.charCodeAt(0);
    if (code === 9) return '→';
    if (code === 10 || code === 0x2028 || code === 0x2029) return '↵';
    if (code < 32) return String.fromCharCode(0x2400 + code);
    return code === 127 ? '␡' : '�';
  });
}
