// Updating and deleting the record that another system knows by an id.
import { forgetExternalIds } from '../../../engine/records/index.js';
import { readDocument } from '../document/read-document.js';
import { readResourceObject } from '../document/read-resource.js';
import type { Target } from '../request/target.js';
import { runFetch } from '../resources/fetch.js';
import { toAddress } from '../resources/resource-text.js';
import { deleteResource, updateResource } from '../resources/write.js';
import { type ForeignWrite, toOwnRequest } from './foreign-write.js';
import { readKey, toOwnRelated } from './own-ids.js';

type OfRecord = Extract<Target, { readonly kind: 'record' }>;

export const updateForeign: ForeignWrite = async (client, request, target, planned) => {
  const { shape, id } = target as OfRecord;
  const key = await readKey(client, request, shape, id);
  const data = readResourceObject(shape, readDocument(request), id);
  const own = await toOwnRelated(client, request, shape, { ...data, id: key });
  const written = await updateResource(toOwnRequest(request, { data: own }), {
    kind: 'record',
    shape,
    id: key,
  });
  if (written.status === 204) return written;
  const self = toAddress(request.base, shape.address, id);
  return runFetch({ ...request, self }, { kind: 'record', shape, id }, planned);
};

export const deleteForeign: ForeignWrite = async (client, request, target) => {
  const { shape, id } = target as OfRecord;
  const key = await readKey(client, request, shape, id);
  const answer = await deleteResource(toOwnRequest(request, {}), { kind: 'record', shape, id: key });
  await forgetExternalIds(client, shape.entity.name, key);
  return answer;
};
