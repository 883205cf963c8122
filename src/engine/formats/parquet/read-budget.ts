// What one file may cost, measured by its size. Packed and repeated data make much of little, a hostile file more than anybody
// can wait for: a run of a few bytes stands for millions of values, each a reference to one long text.
import { tooMuch } from './parquet-problems.js';

/** Entries (values, NULLs and empty lists) of all columns, and bytes of text, that any file may have. */
const FREE_ENTRIES = 10_000_000;
const FREE_TEXT = 128 * 1024 * 1024;
/** Beyond these so many for each byte of the file. Real files, even sparse ones, stay below a tenth of it. */
const PER_BYTE = 1000;
/** Most bytes of pages and dictionaries that lie unpacked at one time; a column has one page at hand. */
const MAX_UNPACKED = 1024 * 1024 * 1024;
/** The same for small files: their pages hold little, whatever they say. */
const FREE_UNPACKED = 64 * 1024 * 1024;
/** Longest value and longest JSON text of a cell, in characters. */
export const MAX_VALUE = 16 * 1024 * 1024;
/** Most values of a list, map or record of one row: it is put together without a pause. */
const MAX_PARTS = 1_000_000;

export class ReadBudget {
  readonly #most: { readonly entries: number; readonly text: number; readonly unpacked: number };
  #entries = 0;
  #text = 0;
  #unpacked = 0;
  #cell = 0;
  #parts = 0;

  /** `size`: bytes of the file. */
  constructor(size: number) {
    this.#most = {
      entries: FREE_ENTRIES + size * PER_BYTE,
      text: FREE_TEXT + size * PER_BYTE,
      unpacked: Math.min(MAX_UNPACKED, FREE_UNPACKED + size * PER_BYTE),
    };
  }

  /** Throws FORMATS-135, as the others do. */
  takeEntries(count: number): void {
    this.#entries += count;
    if (this.#entries > this.#most.entries) throw expands('values');
  }

  takeText(characters: number): void {
    this.#text += characters;
    if (this.#text > this.#most.text) throw expands('bytes of text');
  }

  /** Before memory is taken for it. */
  takeUnpacked(bytes: number): void {
    if (this.#unpacked + bytes > this.#most.unpacked) {
      throw tooMuch(`needs more than ${this.#most.unpacked} bytes for its pages`);
    }
    this.#unpacked += bytes;
  }

  giveUnpacked(bytes: number): void {
    this.#unpacked -= bytes;
  }

  beginCell(): void {
    this.#cell = 0;
    this.#parts = 0;
  }

  /** A part of a cell that is put together as JSON. */
  takeOfCell(characters: number): void {
    if (++this.#parts > MAX_PARTS) throw tooMuch(`has a value of more than ${MAX_PARTS} parts`);
    this.#cell += characters;
    if (this.#cell > MAX_VALUE) throw tooMuch(`has a value of more than ${MAX_VALUE} characters`);
  }
}

function expands(what: string) {
  return tooMuch(
    `holds more than ${PER_BYTE} ${what} for each of its bytes`,
    'If the file is what it should be, export it as CSV or split it.',
  );
}
