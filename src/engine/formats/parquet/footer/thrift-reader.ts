// Thrift's compact protocol, in which Parquet writes its footer and the headers of its pages. Fields are read as they are
// asked for and everything else is skipped, so what a file claims takes neither memory nor more time than its bytes.
import { broken } from '../parquet-problems.js';

const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const LIST = 9;
const SET = 10;
const MAP = 11;
const STRUCT = 12;
const UUID = 13;

/** Parquet's own structs nest seven deep. */
const MAX_NESTING = 24;
const MAX_VARINT_BYTES = 10;

export class ThriftReader {
  at: number;
  readonly #bytes: Buffer;
  #depth = 0;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** Calls `read` for each field; what it answers false for is skipped. A field of the wrong type is a broken file. */
  struct(read: (id: number, type: number) => boolean): void {
    this.#enter();
    let id = 0;
    for (;;) {
      const head = this.#byte();
      const type = head & 15;
      if (type === 0) break;
      const delta = head >> 4;
      id = delta > 0 ? id + delta : this.int();
      if (!read(id, type)) this.skip(type);
    }
    this.#depth--;
  }

  list(read: (type: number) => void): void {
    this.#enter();
    const head = this.#byte();
    const type = head & 15;
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    // Every element takes a byte at least.
    if (size > this.#bytes.length - this.at) throw broken('a list is longer than the bytes it lies in');
    for (let i = 0; i < size; i++) read(type);
    this.#depth--;
  }

  /** A whole number of any width; exact up to 2^53. */
  int(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  binary(): Buffer {
    const length = this.#varint();
    const from = this.at;
    this.#advance(length);
    return this.#bytes.subarray(from, this.at);
  }

  skip(type: number, inList = false): void {
    switch (type) {
      case TRUE:
      case FALSE:
        // Of a field the type is the value.
        if (inList) this.#advance(1);
        break;
      case BYTE:
        this.#advance(1);
        break;
      case I16:
      case I32:
      case I64:
        this.#varint();
        break;
      case DOUBLE:
        this.#advance(8);
        break;
      case BINARY:
        this.#advance(this.#varint());
        break;
      case LIST:
      case SET:
        this.list((element) => this.skip(element, true));
        break;
      case MAP:
        this.#skipMap();
        break;
      case STRUCT:
        this.struct(() => false);
        break;
      case UUID:
        this.#advance(16);
        break;
      default:
        throw broken('its description is damaged');
    }
  }

  #skipMap(): void {
    this.#enter();
    const size = this.#varint();
    if (size > 0) {
      const types = this.#byte();
      if (size > this.#bytes.length - this.at) throw broken('a map is longer than the bytes it lies in');
      for (let i = 0; i < size; i++) {
        this.skip(types >> 4, true);
        this.skip(types & 15, true);
      }
    }
    this.#depth--;
  }

  #enter(): void {
    if (++this.#depth > MAX_NESTING) throw broken('its description is nested too deep');
  }

  #varint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = this.#byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw broken('a number in it never ends');
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw broken('its description is cut');
    return byte;
  }

  #advance(length: number): void {
    if (length > this.#bytes.length - this.at) throw broken('its description is cut');
    this.at += length;
  }
}

/** Whether a field that is a truth value is true. */
export const isTrue = (type: number): boolean => type === TRUE;
