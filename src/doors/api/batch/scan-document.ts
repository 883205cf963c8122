// A JSON:API document read as its bytes come: record after record is handed over, and never more than one of them is in memory.
import { isUtf8 } from 'node:buffer';
import { JsonScanner } from '../../../engine/formats/json/json-scanner.js';
import { MAX_RECORD_BYTES } from '../../../engine/formats/row-limits.js';
import { apiError } from '../api-errors.js';
import { malformed, ResourceScan, type ScannedResource } from './scan-resource.js';

export type ListMember = 'data' | 'included';

export interface FoundResource {
  readonly member: ListMember;
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly resource: ScannedResource;
  /** Those that the places are of; they last until the call returns. */
  readonly bytes: Buffer;
}

type State = 'start' | 'name' | 'first' | 'value' | 'more' | 'after' | 'end';

export class DocumentScan {
  readonly #scanner = new JsonScanner();
  readonly #resources = new ResourceScan(this.#scanner);
  readonly #onResource: (found: FoundResource) => void;
  #state: State = 'start';
  #waiting: Buffer[] = [];
  #size = 0;
  /** Not tried again before there are so many bytes: an element that is long is not read anew with each piece of it. */
  #wanted = 0;
  #list: ListMember = 'data';
  /** Records by list, in the order in which the lists stand. */
  readonly counts = new Map<ListMember, number>();
  readonly #names = new Set<string>();

  constructor(onResource: (found: FoundResource) => void) {
    this.#onResource = onResource;
  }

  /** Throws API-301 for what is no document of records, 107 for a record that is too large. */
  take(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#size += chunk.length;
    if (this.#size >= this.#wanted) this.#run();
  }

  finish(): void {
    this.#run();
    if (this.#state !== 'end') throw malformed('', 'The body ends in the middle.');
    if (this.#size > 0 && this.#scanner.next() >= 0) throw malformed('', 'Something follows the document.');
    if (!this.counts.has('data')) throw malformed('', 'The document must have the member data.');
  }

  #run(): void {
    const scanner = this.#scanner;
    const bytes = this.#waiting.length === 1 ? this.#waiting[0]! : Buffer.concat(this.#waiting);
    scanner.bytes = bytes;
    scanner.filled = bytes.length;
    scanner.position = 0;
    let done = 0;
    while (this.#step()) {
      if (!isUtf8(bytes.subarray(done, scanner.position)))
        throw malformed('', 'The body is not valid UTF-8.');
      done = scanner.position;
    }
    const rest = bytes.subarray(done);
    if (rest.length > MAX_RECORD_BYTES) {
      throw apiError(107, { detail: `A record of the batch is larger than ${MAX_RECORD_BYTES >> 20} MB.` });
    }
    scanner.bytes = rest;
    scanner.filled = rest.length;
    scanner.position = 0;
    // What is kept must not hold the memory of all that came with it.
    this.#waiting = rest.length === 0 ? [] : [Buffer.from(rest)];
    this.#size = rest.length;
    this.#wanted = 2 * rest.length;
  }

  /** One element of the document; false if the bytes end before it does. */
  #step(): boolean {
    const scanner = this.#scanner;
    const byte = scanner.next();
    if (byte < 0) return false;
    switch (this.#state) {
      case 'start':
        if (byte !== 123) throw malformed('', 'The body must be a JSON object.');
        return this.#pass('name');
      case 'name':
        if (byte === 125 && this.#names.size === 0) return this.#pass('end');
        return this.#readName(byte);
      case 'after':
        if (byte === 125) return this.#pass('end');
        if (byte !== 44) throw broken();
        return this.#pass('name');
      case 'first':
      case 'value':
        if (byte === 93 && this.#state === 'first') return this.#pass('after');
        return this.#readResource();
      case 'more':
        if (byte === 93) return this.#pass('after');
        if (byte !== 44) throw broken();
        return this.#pass('value');
      case 'end':
        throw malformed('', 'Something follows the document.');
    }
  }

  #pass(state: State): true {
    this.#scanner.position++;
    this.#state = state;
    return true;
  }

  /** A member of the document, with its value if that is no list of records. */
  #readName(byte: number): boolean {
    const scanner = this.#scanner;
    if (byte !== 34) throw broken();
    const start = scanner.position;
    if (!scanner.string()) return this.#unread();
    const name = JSON.parse(scanner.bytes.toString('utf8', start, scanner.position)) as string;
    if (!scanner.colon()) return this.#unread();
    if (this.#names.has(name)) throw malformed('', `The member '${name.slice(0, 60)}' stands twice.`);
    const first = scanner.next();
    if (first < 0) return false;
    if (name === 'data' || name === 'included') {
      if (first !== 91) throw malformed(`/${name}`, `${name} must be a list of resource objects.`);
      this.#names.add(name);
      this.#list = name;
      this.counts.set(name, 0);
      return this.#pass('first');
    }
    if (!scanner.value(1, false)) return this.#unread();
    this.#names.add(name);
    this.#state = 'after';
    return true;
  }

  #readResource(): boolean {
    const index = this.counts.get(this.#list)!;
    const resource = this.#resources.read(`/${this.#list}/${index}`);
    if (resource === undefined) return false;
    this.#state = 'more';
    this.counts.set(this.#list, index + 1);
    this.#onResource({ member: this.#list, index, resource, bytes: this.#scanner.bytes });
    return true;
  }

  #unread(): false {
    if (this.#scanner.failure === 'ended') return false;
    throw malformed('', `The body is not valid JSON: ${this.#scanner.failure}.`);
  }
}

const broken = () =>
  malformed('', 'The body is not valid JSON: a comma, a name in quotes or the end is missing.');
