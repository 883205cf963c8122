// A document about something of Dovetail's own, held against what may be said of it: plain values come out, for the services to check further.
import { LosslessNumber } from 'lossless-json';
import type { ResourceShape } from '../../../engine/documents/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';
import {
  findMember,
  isObject,
  type Json,
  type JsonObject,
  readJson,
  toJsonText,
} from '../document/read-json.js';
import { readResourceObject } from '../document/read-resource.js';
import { toOwnType } from './own-address.js';
import type { OwnMember, OwnSaid, OwnWrite } from './own-resource.js';

/** Throws API-301 to 303. `id`: the one in the address, where there is one. */
export function readOwnDocument(
  shape: ResourceShape,
  write: Pick<OwnWrite<unknown>, 'attributes' | 'relationships' | 'chosenId'>,
  body: Buffer | undefined,
  id?: string,
): OwnSaid {
  const data = readResourceObject(shape, readJson(body ?? Buffer.alloc(0)), id);
  return {
    ...(id === undefined ? toChosen(shape, write.chosenId === true, findMember(data, 'id')) : {}),
    attributes: readAttributes(shape, write.attributes, data, id === undefined),
    relationships: readRelationships(shape, write.relationships ?? {}, data),
  };
}

/** Throws API-104 for an id that can't be chosen, API-302 where one must be. */
function toChosen({ type }: ResourceShape, chosen: boolean, id: Json | undefined): Pick<OwnSaid, 'id'> {
  if (!chosen && id !== undefined)
    throw apiError(104, {
      detail: `The id of ${type} can't be chosen.`,
      hint: 'Leave the id out; the answer has it.',
      pointer: { member: '/data/id' },
    });
  if (!chosen) return {};
  if (typeof id === 'string' && isStorable(id)) return { id };
  throw misfit('/data', `A new one of the ${type} needs its id, a text.`);
}

function readAttributes(
  shape: ResourceShape,
  known: Readonly<Record<string, OwnMember>>,
  data: JsonObject,
  isNew: boolean,
): Readonly<Record<string, unknown>> {
  const given = listMembers(data, 'attributes');
  for (const [name] of given)
    if (!Object.hasOwn(known, name)) throw unknown(shape, known, name, 'attributes');
  const lacking = Object.entries(known).find(
    ([name, { required }]) => isNew && required === true && !given.some(([one]) => one === name),
  );
  if (lacking) throw misfit('/data', `${shape.type} need the attribute ${lacking[0]}.`);
  return Object.fromEntries(
    given.map(([name, value]) => [name, toValue(known[name]!, value, `/data/attributes/${name}`)]),
  );
}

function readRelationships(
  shape: ResourceShape,
  known: Readonly<Record<string, string>>,
  data: JsonObject,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(
    listMembers(data, 'relationships').map(([name, value]) => {
      if (!Object.hasOwn(known, name)) throw unknown(shape, known, name, 'relationships');
      const member = `/data/relationships/${name}`;
      const linkage = isObject(value) ? findMember(value, 'data') : undefined;
      if (linkage === null) return [name, null];
      const type = toOwnType(known[name]!);
      const isIdentifier = isObject(linkage) && typeof findMember(linkage, 'id') === 'string';
      if (isIdentifier && findMember(linkage, 'type') === type)
        return [name, findMember(linkage, 'id') as string];
      throw misfit(
        member,
        `${name} leads to one of the ${type}: an object with data, which has type and id.`,
      );
    }),
  );
}

/** "An @-Member that occurs in an attributes object is not an attribute." */
function listMembers(data: JsonObject, part: string): readonly (readonly [string, Json])[] {
  const members = findMember(data, part) ?? {};
  if (!isObject(members))
    throw apiError(301, { detail: `${part} must be an object.`, pointer: { member: `/data/${part}` } });
  return Object.entries(members).filter(([name]) => !name.startsWith('@'));
}

function toValue(member: OwnMember, value: Json, at: string): unknown {
  if (value === null && member.nullable) return null;
  const { kind, values } = member;
  if (kind === 'text' && typeof value === 'string' && isStorable(value)) {
    if (values === undefined || values.includes(value)) return value;
    const meant = didYouMean(value, values);
    throw misfit(
      at,
      `'${value.slice(0, 60)}' is none of ${values.join(', ')}.`,
      meant && `Did you mean '${meant}'?`,
    );
  }
  if (kind === 'bool' && typeof value === 'boolean') return value;
  if (kind === 'number' && value instanceof LosslessNumber) return Number(value.value);
  if (kind === 'objects' && Array.isArray(value) && value.every(isObject))
    return JSON.parse(toJsonText(value));
  if (kind === 'object' && isObject(value)) return JSON.parse(toJsonText(value));
  if (
    kind === 'texts' &&
    Array.isArray(value) &&
    value.every((one) => typeof one === 'string' && isStorable(one))
  )
    return value;
  if (kind === 'time' && typeof value === 'string') {
    const time = new Date(value);
    if (/^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(time.getTime())) return time;
  }
  throw misfit(at, `${at.split('/').at(-1)} must be ${WORDS[kind]}${member.nullable ? ', or null' : ''}.`);
}

const WORDS: Readonly<Record<OwnMember['kind'], string>> = {
  text: 'a text without NUL',
  texts: 'a list of texts',
  bool: 'true or false',
  number: 'a number',
  time: 'a time such as 2030-01-31T12:00:00Z',
  object: 'an object',
  objects: 'a list of objects',
};

const isStorable = (text: string): boolean => !/\0|\p{Surrogate}/u.test(text);

function unknown(shape: ResourceShape, known: object, name: string, part: string) {
  const names = Object.keys(known);
  const meant = didYouMean(name, names);
  const there = shape[part as 'attributes' | 'relationships'].some((one) => one.name === name);
  const says = there ? `'${name}' of ${shape.type} can't be set here` : `${shape.type} have no '${name}'`;
  return misfit(
    `/data/${part}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    `${says}.`,
    meant === undefined
      ? names.length > 0 && there
        ? `Of the ${part} these can: ${names.join(', ')}.`
        : undefined
      : `Did you mean '${meant}'?`,
  );
}

const misfit = (member: string, detail: string, hint?: string) =>
  apiError(302, { detail, ...(hint === undefined ? {} : { hint }), pointer: { member } });
