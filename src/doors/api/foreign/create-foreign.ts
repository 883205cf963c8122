// Creating a record under the id by which another system knows it: the record and the id are one transaction. With the extension
// `upsert` the same id again is an update, so a request whose answer was lost is simply sent again.
import type { ResourceShape } from '../../../engine/documents/index.js';
import {
  isExternalId,
  lockExternalId,
  noteExternalId,
  OWN_MARK,
  readKeys,
} from '../../../engine/records/index.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { apiError } from '../api-errors.js';
import { toOrigin } from '../api-services.js';
import { readDocument } from '../document/read-document.js';
import { readResourceObject } from '../document/read-resource.js';
import { runFetch } from '../resources/fetch.js';
import { toAddress } from '../resources/resource-text.js';
import { createResource } from '../resources/write.js';
import type { Answer } from '../response/answer.js';
import { type ForeignRequest, type ForeignWrite, toOwnRequest } from './foreign-write.js';
import { toOwnRelated } from './own-ids.js';
import { updateForeign } from './write-foreign.js';

export const createForeign: ForeignWrite = async (client, request, target, planned) => {
  const { shape } = target;
  const { id, ...data } = readResourceObject(shape, readDocument(request));
  const wanted = id as string | undefined;
  if (wanted !== undefined && (await isTaken(client, request, shape, wanted))) {
    if (request.applied.extensions.some(({ namespace }) => namespace === 'upsert'))
      return updateForeign(client, request, { kind: 'record', shape, id: wanted }, planned);
    throw apiError(402, {
      detail: `One of the ${shape.type} has the id '${wanted.slice(0, 60)}' in ${request.system} already.`,
      pointer: { member: '/data/id' },
    });
  }
  const own = await toOwnRelated(client, request, shape, data);
  const made = await createResource(toOwnRequest(request, { data: own }), target);
  const key = toKey(made);
  const shown = wanted ?? `${OWN_MARK}${key}`;
  if (wanted !== undefined) {
    const { name } = shape.entity;
    const one = { system: request.system, entity: name, key, externalId: wanted };
    await noteExternalId(client, one, toOrigin(request.caller, request.id));
  }
  const location = toAddress(request.base, shape.address, shown);
  // Who may create more than they may view has no document of it.
  if (made.status === 204) return { status: 204, headers: { location } };
  const answer = await runFetch(
    { ...request, self: location },
    { kind: 'record', shape, id: shown },
    planned,
  );
  return { ...answer, status: 201, headers: { ...answer.headers, location } };
};

/** Whether a record is there that has the id; until the transaction ends nobody else gives it to one. Throws API-431. */
async function isTaken(
  client: Client,
  { system }: ForeignRequest,
  { entity, type }: ResourceShape,
  id: string,
): Promise<boolean> {
  if (!isExternalId(id))
    throw apiError(431, {
      detail: `An id in ${system} is a text of 1 to 255 letters that does not begin with ${OWN_MARK}.`,
      hint: `What begins so is an id of Dovetail's own, and can't be chosen.`,
      pointer: { member: '/data/id' },
    });
  await lockExternalId(client, system, entity.name, id);
  if ((await readKeys(client, system, entity, [id])).size > 0) return true;
  const { access: _, ...whole } = entity;
  if ((await readKeys(client, system, whole, [id])).size === 0) return false;
  throw apiError(431, {
    detail: `The id '${id.slice(0, 60)}' is that of one of the ${type} which your roles don't show you.`,
    pointer: { member: '/data/id' },
  });
}

const toKey = ({ headers: { location = '' } }: Answer): string =>
  decodeURIComponent(location.slice(location.lastIndexOf('/') + 1));
