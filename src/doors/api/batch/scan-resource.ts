// One resource object of a large document, as places in its bytes: values are passed on as they stand, none is made and written again.

import type { JsonScanner } from '../../../engine/formats/json/json-scanner.js';
import { MAX_DEPTH } from '../../../engine/formats/row-limits.js';
import { apiError } from '../api-errors.js';

/** A member of an object: its name, and where its value stands. */
export interface ScannedMember {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface ScannedResource {
  readonly type: string;
  readonly id: string | undefined;
  readonly lid: string | undefined;
  readonly attributes: readonly ScannedMember[];
  readonly relationships: readonly ScannedMember[];
  /** Where all of it stands. */
  readonly from: number;
  readonly to: number;
}

const QUOTE = 34;
const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;

export class ResourceScan {
  readonly #scanner: JsonScanner;
  /** Names as they were met last, by their place: the next record most likely has the same, and none is made anew. */
  readonly #known: Record<Part, { readonly bytes: Buffer; readonly name: string }[]> = {
    record: [],
    attributes: [],
    relationships: [],
  };

  constructor(scanner: JsonScanner) {
    this.#scanner = scanner;
  }

  /**
   * The resource object that the scanner stands on; undefined if the bytes end in it. `place`: JSON pointer. Throws API-301 for what is
   * no resource object.
   */
  read(place: string): ScannedResource | undefined {
    const inner: Record<'attributes' | 'relationships', ScannedMember[]> = {
      attributes: [],
      relationships: [],
    };
    if (this.#scanner.next() !== OPEN) throw malformed(place, 'A record must be a resource object.');
    const from = this.#scanner.position;
    const members: ScannedMember[] = [];
    if (!this.#scanMembers('record', place, members, inner)) return undefined;
    const type = this.#readText(members, 'type', place);
    if (type === undefined) throw malformed(place, 'A resource object must have a type, a string.');
    const id = this.#readText(members, 'id', place);
    return {
      type,
      id,
      lid: this.#readText(members, 'lid', place),
      ...inner,
      from,
      to: this.#scanner.position,
    };
  }

  #readText(members: readonly ScannedMember[], name: string, place: string): string | undefined {
    const member = members.find((one) => one.name === name);
    if (member === undefined) return undefined;
    const { bytes } = this.#scanner;
    if (bytes[member.from] === QUOTE) return JSON.parse(bytes.toString('utf8', member.from, member.to));
    throw malformed(`${place}/${name}`, `The ${name} of a resource object must be a string.`);
  }

  /** The members of the object that the scanner stands on, and of those in it that hold more; false if the bytes end before it does. */
  #scanMembers(part: Part, place: string, into: ScannedMember[], inner?: Inner): boolean {
    const scanner = this.#scanner;
    scanner.position++;
    let byte = scanner.next();
    if (byte === CLOSE) {
      scanner.position++;
      return true;
    }
    for (;;) {
      if (byte !== QUOTE) return this.#ended(byte, place);
      const start = scanner.position + 1;
      if (!scanner.string()) return this.#unread(place);
      const name = this.#readName(part, into.length, start, scanner.position - 1);
      for (const one of into)
        if (one.name === name)
          throw malformed(place, `The member '${name.slice(0, 60)}' stands twice in one object.`);
      if (!scanner.colon()) return this.#unread(place);
      const first = scanner.next();
      const from = scanner.position;
      if (inner && (name === 'attributes' || name === 'relationships')) {
        if (first >= 0 && first !== OPEN) throw malformed(`${place}/${name}`, `${name} must be an object.`);
        if (first < 0 || !this.#scanMembers(name, `${place}/${name}`, inner[name])) return false;
      } else if (!scanner.value(1, false)) return this.#unread(place);
      into.push({ name, from, to: scanner.position });
      byte = scanner.next();
      if (byte === CLOSE) {
        scanner.position++;
        return true;
      }
      if (byte !== COMMA) return this.#ended(byte, place);
      scanner.position++;
      byte = scanner.next();
    }
  }

  #readName(part: Part, index: number, from: number, to: number): string {
    const { bytes, escaped } = this.#scanner;
    const known = this.#known[part][index];
    if (known !== undefined && known.bytes.length === to - from) {
      let same = 0;
      while (from + same < to && known.bytes[same] === bytes[from + same]) same++;
      if (from + same === to) return known.name;
    }
    const raw = bytes.toString('utf8', from, to);
    const name = escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
    if (index < MOST_KNOWN) this.#known[part][index] = { bytes: Buffer.from(bytes.subarray(from, to)), name };
    return name;
  }

  #ended(byte: number, place: string): false {
    if (byte < 0) return false;
    throw malformed(place, 'The body is not valid JSON: a comma, a name in quotes or the end is missing.');
  }

  #unread(place: string): false {
    const { failure, tooDeep } = this.#scanner;
    if (failure === 'ended') return false;
    throw malformed(
      place,
      tooDeep ? `The body is nested more than ${MAX_DEPTH} deep.` : `The body is not valid JSON: ${failure}.`,
    );
  }
}

type Part = 'record' | 'attributes' | 'relationships';
type Inner = Record<'attributes' | 'relationships', ScannedMember[]>;

/** Names of so many places are remembered. */
const MOST_KNOWN = 1_000;

export const malformed = (member: string, detail: string) => apiError(301, { detail, pointer: { member } });
