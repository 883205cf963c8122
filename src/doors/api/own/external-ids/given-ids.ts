// Ids of another system that are given to records which are there, and taken away: by whoever may change the record, which keeps what it
// has. Under locks, so that no id ever leads to two records, and no record has two of one system.
import type { AccessAction, Catalog, Entity } from '../../../../engine/catalog/index.js';
import { findEntity } from '../../../../engine/catalog/index.js';
import {
  type ExternalId,
  findExternalId,
  isExternalId,
  isSystemName,
  lockExternalId,
  lockNamedRecord,
  noteExternalId,
  OWN_MARK,
  readExternalId,
  readKeys,
  removeExternalId,
} from '../../../../engine/records/index.js';
import { findKeyFields, planTree, type TreeRow } from '../../../../engine/records/read/index.js';
import type { Client } from '../../../../foundation/postgres/database.js';
import { apiError } from '../../api-errors.js';
import { toOrigin } from '../../api-services.js';
import type { OwnMade, OwnPlace, OwnSaid } from '../own-resource.js';

/** Throws CATALOG-101, API-302, 401 for a record the caller doesn't see, 104 for one they may not change, 431 (409). */
export async function giveId(at: OwnPlace, { attributes }: OwnSaid): Promise<OwnMade> {
  const wish = attributes as unknown as ExternalId;
  const catalog = await at.readEntities();
  const entity = findEntity(catalog, wish.entity);
  checkWords(wish, entity);
  const client = at.client!;
  const key = await readChangeable(client, catalog, entity, wish.key);
  const one: ExternalId = { ...wish, entity: entity.name, key };
  await lockNamedRecord(client, one);
  await lockExternalId(client, one.system, one.entity, one.externalId);
  await refuseTaken(client, entity, one);
  return { id: await noteExternalId(client, one, toOrigin(at.caller, at.requestId)) };
}

/** Throws as `giveId` does. What is written meanwhile by the id is written to the record, or finds none. */
export async function takeId(at: OwnPlace): Promise<void> {
  const client = at.client!;
  const one = await readExternalId(client, at.id);
  if (one === undefined)
    throw apiError(401, { detail: `None of the dovetail-external-ids has the id '${at.id.slice(0, 60)}'.` });
  const catalog = await at.readEntities();
  await readChangeable(client, catalog, findEntity(catalog, one.entity), one.key);
  await removeExternalId(client, at.id);
}

function checkWords({ system, externalId }: ExternalId, entity: Entity): void {
  if (!isSystemName(system))
    throw misfit('system', 'A system is called by small letters, digits, and . - _ between them.');
  if (!isExternalId(externalId))
    throw misfit('externalId', `An id is a text of 1 to 255 letters that does not begin with ${OWN_MARK}.`);
  if (findKeyFields(entity) === undefined)
    throw misfit('entity', `Records of ${entity.name} have no id that could be named.`);
}

/** The key of the record as it is stored. */
async function readChangeable(
  client: Client,
  catalog: Catalog,
  entity: Entity,
  key: string,
): Promise<string> {
  if ((await findKey(client, catalog, entity, key, 'view')) === undefined)
    throw apiError(401, { detail: `There is no ${entity.name} with the id '${key.slice(0, 60)}'.` });
  const found = await findKey(client, catalog, entity, key, 'update');
  if (found !== undefined) return found;
  throw apiError(104, { detail: `Your roles don't allow you to change this ${entity.name}.` });
}

async function findKey(
  client: Client,
  catalog: Catalog,
  entity: Entity,
  key: string,
  action: AccessAction,
): Promise<string | undefined> {
  const { access } = entity;
  const reached = access === undefined ? entity : { ...entity, access: { ...access, view: access[action] } };
  const root = { entity: reached, members: [], linkage: [], include: [] };
  const { sql, parameters } = planTree(catalog, { root, key, limit: 1 });
  return (await client.query<TreeRow>(sql, [...parameters])).rows[0]?.id;
}

/** Rows that are left of records which are gone give way. */
async function refuseTaken(client: Client, entity: Entity, one: ExternalId): Promise<void> {
  const had = await findExternalId(client, one);
  if (had !== undefined)
    throw taken(
      `This ${one.entity} has the id '${had}' in ${one.system} already.`,
      'Take that one away first.',
    );
  const { access: _, ...whole } = entity;
  if ((await readKeys(client, one.system, whole, [one.externalId])).size === 0) return;
  const seen = (await readKeys(client, one.system, entity, [one.externalId])).get(one.externalId);
  const whose = seen === undefined ? "one which your roles don't show you" : `'${seen}'`;
  throw taken(`${one.system} knows another ${one.entity} by this id: ${whose}.`);
}

const taken = (detail: string, hint?: string) =>
  apiError(431, {
    detail,
    ...(hint === undefined ? {} : { hint }),
    pointer: { member: '/data/attributes/externalId' },
  });

const misfit = (name: string, detail: string) =>
  apiError(302, { detail, pointer: { member: `/data/attributes/${name}` } });
