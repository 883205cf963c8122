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
}

const QUOTE = 34;
const OPEN = 123;
const CLOSE = 125;
const COMMA = 44;

/**
 * The resource object that the scanner stands on; undefined if the bytes end in it. `place`: JSON pointer. Throws API-301 for what is
 * no resource object.
 */
export function scanResource(scanner: JsonScanner, place: string): ScannedResource | undefined {
  if (scanner.next() !== OPEN) throw malformed(place, 'A record must be a resource object.');
  const members = scanMembers(scanner, place);
  if (members === undefined) return undefined;
  const find = (name: string): ScannedMember | undefined => members.find((one) => one.name === name);
  const text = (name: string): string | undefined => {
    const member = find(name);
    if (member === undefined) return undefined;
    const value: unknown = JSON.parse(scanner.bytes.toString('utf8', member.from, member.to));
    if (typeof value === 'string') return value;
    throw malformed(`${place}/${name}`, `The ${name} of a resource object must be a string.`);
  };
  const within = (name: string): readonly ScannedMember[] => {
    const member = find(name);
    if (member === undefined) return [];
    if (scanner.bytes[member.from] !== OPEN)
      throw malformed(`${place}/${name}`, `${name} must be an object.`);
    const end = scanner.position;
    scanner.position = member.from;
    const inner = scanMembers(scanner, `${place}/${name}`)!;
    scanner.position = end;
    // "An @-Member that occurs in an attributes object is not an attribute."
    return inner.filter((one) => !one.name.startsWith('@'));
  };
  const type = text('type');
  if (type === undefined) throw malformed(place, 'A resource object must have a type, a string.');
  return {
    type,
    id: text('id'),
    lid: text('lid'),
    attributes: within('attributes'),
    relationships: within('relationships'),
  };
}

/** The members of the object that the scanner stands on; it stands behind it afterwards. Undefined if the bytes end in it. */
function scanMembers(scanner: JsonScanner, place: string): readonly ScannedMember[] | undefined {
  const members: ScannedMember[] = [];
  const names = new Set<string>();
  scanner.position++;
  let byte = scanner.next();
  if (byte === CLOSE) {
    scanner.position++;
    return members;
  }
  for (;;) {
    if (byte !== QUOTE) return ended(byte, place);
    const start = scanner.position + 1;
    if (!scanner.string()) return unread(scanner, place);
    const raw = scanner.bytes.toString('utf8', start, scanner.position - 1);
    const name = scanner.escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
    if (names.has(name))
      throw malformed(place, `The member '${name.slice(0, 60)}' stands twice in one object.`);
    names.add(name);
    if (!scanner.colon()) return unread(scanner, place);
    scanner.next();
    const from = scanner.position;
    if (!scanner.value(1, false)) return unread(scanner, place);
    members.push({ name, from, to: scanner.position });
    byte = scanner.next();
    if (byte === CLOSE) {
      scanner.position++;
      return members;
    }
    if (byte !== COMMA) return ended(byte, place);
    scanner.position++;
    byte = scanner.next();
  }
}

function ended(byte: number, place: string): undefined {
  if (byte < 0) return undefined;
  throw malformed(place, `The body is not valid JSON: a comma, a name in quotes or the end is missing.`);
}

function unread(scanner: JsonScanner, place: string): undefined {
  if (scanner.failure === 'ended') return undefined;
  throw malformed(
    place,
    scanner.tooDeep
      ? `The body is nested more than ${MAX_DEPTH} deep.`
      : `The body is not valid JSON: ${scanner.failure}.`,
  );
}

export const malformed = (member: string, detail: string) => apiError(301, { detail, pointer: { member } });
