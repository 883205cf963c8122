// What a request says in ids of another system, said in the records' own: its address and the linkage in its document.
import type { Relationship, ResourceShape } from '../../../engine/documents/index.js';
import { OWN_MARK, readKeys } from '../../../engine/records/index.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { apiError } from '../api-errors.js';
import { findMember, isObject, type Json, type JsonObject } from '../document/read-json.js';
import type { ApiRequest } from '../request/api-request.js';

type Asked = Pick<ApiRequest, 'shapes'> & { readonly system: string };

/** The key of the one record. Throws API-401 where the caller sees none. */
export async function readKey(
  db: Queryable,
  { system }: Asked,
  { entity, type }: ResourceShape,
  id: string,
): Promise<string> {
  if (id.startsWith(OWN_MARK)) return id.slice(OWN_MARK.length);
  const key = (await readKeys(db, system, entity, [id])).get(id);
  if (key !== undefined) return key;
  throw unknownId(type, id);
}

/** Linkage: null, an identifier or a list of them. What is none of these is refused by whoever reads it. */
export async function toOwnLinkage(
  db: Queryable,
  { shapes, system }: Asked,
  { type }: Relationship,
  linkage: Json,
  member: string,
): Promise<Json> {
  const all = (Array.isArray(linkage) ? linkage : [linkage]) as readonly Json[];
  const foreign = all.flatMap((one) => findForeignId(one) ?? []);
  if (all.every((one) => findId(one) === undefined)) return linkage;
  const keys = await readKeys(db, system, shapes.byType.get(type)!.entity, foreign);
  const toOwn = (one: Json, at: string): Json => {
    const id = findId(one);
    if (id === undefined) return one;
    const key = id.startsWith(OWN_MARK) ? id.slice(OWN_MARK.length) : keys.get(id);
    if (key === undefined) throw unknownId(type, id, at);
    return { ...(one as JsonObject), id: key };
  };
  return Array.isArray(linkage)
    ? linkage.map((one: Json, i) => toOwn(one, `${member}/${i}`))
    : toOwn(linkage, member);
}

/** A resource object with own ids in its linkage. */
export async function toOwnRelated(
  db: Queryable,
  asked: Asked,
  shape: ResourceShape,
  data: JsonObject,
): Promise<JsonObject> {
  const relationships = findMember(data, 'relationships');
  if (!isObject(relationships)) return data;
  const own: Record<string, Json> = {};
  for (const [name, one] of Object.entries(relationships)) {
    const relationship = shape.relationships.find((known) => known.name === name);
    const linkage = isObject(one) ? findMember(one, 'data') : undefined;
    const member = `/data/relationships/${name.replaceAll('~', '~0').replaceAll('/', '~1')}/data`;
    own[name] =
      relationship === undefined || linkage === undefined
        ? one
        : { ...(one as JsonObject), data: await toOwnLinkage(db, asked, relationship, linkage, member) };
  }
  return { ...data, relationships: own };
}

function findId(one: Json): string | undefined {
  const id = isObject(one) ? findMember(one, 'id') : undefined;
  return typeof id === 'string' ? id : undefined;
}

function findForeignId(one: Json): string | undefined {
  const id = findId(one);
  return id?.startsWith(OWN_MARK) ? undefined : id;
}

const unknownId = (type: string, id: string, member?: string) =>
  apiError(401, {
    detail: `None of the ${type} has the id '${id.slice(0, 60)}'.`,
    ...(member === undefined ? {} : { pointer: { member } }),
  });
