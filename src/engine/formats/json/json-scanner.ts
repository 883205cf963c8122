// A strict JSON scanner over bytes: it finds where values begin and end and makes no values of them, so that numbers
// keep their digits and texts their bytes. It changes nothing, so a scan can be repeated when more bytes have come.
import { MAX_DEPTH } from '../row-limits.js';
import { hexValue, isSimpleEscape } from './json-text.js';

const LITERALS = { t: Buffer.from('true'), f: Buffer.from('false'), n: Buffer.from('null') };

/**
 * The scan functions return true if they scanned a whole value and stand behind it. On false, `failure` says why:
 * `ended` if the bytes ended first, else in words what is wrong at `position`.
 */
export class JsonScanner {
  bytes: Buffer = Buffer.alloc(0);
  position = 0;
  /** End of the bytes that count. */
  filled = 0;
  /** Physical line of `position`, from 1. */
  line = 1;
  failure: string = '';
  /** True if the value nested too deep. */
  tooDeep = false;
  /** True if the string scanned last holds escapes. */
  escaped = false;

  fail(why: string): false {
    this.failure = why;
    return false;
  }

  /** Passes over white space; the next byte, or -1 at the end. */
  next(): number {
    const { bytes, filled } = this;
    let p = this.position;
    for (; p < filled; p++) {
      const byte = bytes[p]!;
      if (byte === 10) this.line++;
      else if (byte !== 32 && byte !== 13 && byte !== 9) {
        this.position = p;
        return byte;
      }
    }
    this.position = p;
    return -1;
  }

  /** A string; `position` stands on its opening quote. */
  string(): boolean {
    const { bytes, filled } = this;
    let p = this.position + 1;
    this.escaped = false;
    for (; p < filled; p++) {
      const byte = bytes[p]!;
      if (byte === 34) {
        this.position = p + 1;
        return true;
      }
      if (byte < 32) {
        this.position = p;
        return this.fail(`control character ${byte} inside a string`);
      }
      if (byte !== 92) continue;
      this.escaped = true;
      if (p + 1 >= filled) break;
      const sign = bytes[++p]!;
      if (sign === 117) {
        for (let k = 1; k <= 4; k++) {
          if (p + k >= filled) return this.fail('ended');
          if (hexValue(bytes[p + k]!) < 0) {
            this.position = p;
            return this.fail('broken \\u escape');
          }
        }
        p += 4;
      } else if (!isSimpleEscape(sign)) {
        this.position = p;
        return this.fail(`unknown escape \\${String.fromCharCode(sign)}`);
      }
    }
    return this.fail('ended');
  }

  /** A number. It ends where something else begins, so the byte after it must be in sight unless `final`. */
  number(final: boolean): boolean {
    const { bytes, filled } = this;
    let p = this.position;
    const digits = (): boolean => {
      const from = p;
      while (p < filled && bytes[p]! >= 48 && bytes[p]! <= 57) p++;
      return p > from;
    };
    if (bytes[p] === 45) p++;
    const first = p;
    let ok = digits();
    // A number may begin with 0 only if no digit follows it.
    if (bytes[first] === 48 && p - first > 1) ok = false;
    if (ok && p < filled && bytes[p] === 46) {
      p++;
      ok = digits();
    }
    if (ok && p < filled && (bytes[p]! | 32) === 101) {
      p++;
      if (p < filled && (bytes[p] === 43 || bytes[p] === 45)) p++;
      ok = digits();
    }
    if (p >= filled && !final) return this.fail('ended');
    if (!ok) return this.fail(p >= filled ? 'ended' : 'broken number');
    this.position = p;
    return true;
  }

  /** true, false or null. */
  literal(): boolean {
    const { bytes, position, filled } = this;
    const word = bytes[position] === 116 ? LITERALS.t : bytes[position] === 102 ? LITERALS.f : LITERALS.n;
    for (let k = 0; k < word.length; k++) {
      if (position + k >= filled) return this.fail('ended');
      if (bytes[position + k] !== word[k]) return this.fail('unknown word');
    }
    this.position += word.length;
    return true;
  }

  /** Any value, checked to its end. `depth`: how many objects and arrays it lies in. */
  value(depth: number, final: boolean): boolean {
    const byte = this.next();
    if (byte === 34) return this.string();
    if (byte === 123 || byte === 91) return this.#nested(byte === 123, depth + 1, final);
    if (byte === 45 || (byte >= 48 && byte <= 57)) return this.number(final);
    if (byte === 116 || byte === 102 || byte === 110) return this.literal();
    return this.fail(byte < 0 ? 'ended' : `unexpected ${showByte(byte)}`);
  }

  /** After a key: the colon. */
  colon(): boolean {
    const byte = this.next();
    if (byte !== 58) return this.fail(byte < 0 ? 'ended' : `expected a colon, found ${showByte(byte)}`);
    this.position++;
    return true;
  }

  #nested(object: boolean, depth: number, final: boolean): boolean {
    if (depth > MAX_DEPTH) {
      this.tooDeep = true;
      return this.fail(`nested deeper than ${MAX_DEPTH}`);
    }
    const close = object ? 125 : 93;
    this.position++;
    let byte = this.next();
    if (byte === close) {
      this.position++;
      return true;
    }
    for (;;) {
      if (object) {
        if (byte !== 34)
          return this.fail(byte < 0 ? 'ended' : `expected a key in quotes, found ${showByte(byte)}`);
        if (!this.string() || !this.colon()) return false;
      }
      if (!this.value(depth, final)) return false;
      byte = this.next();
      if (byte === close) {
        this.position++;
        return true;
      }
      if (byte !== 44) return this.fail(byte < 0 ? 'ended' : `expected a comma, found ${showByte(byte)}`);
      this.position++;
      byte = this.next();
    }
  }
}

export function showByte(byte: number): string {
  return byte > 32 && byte < 127
    ? `'${String.fromCharCode(byte)}'`
    : `byte ${byte.toString(16).padStart(2, '0')}`;
}
