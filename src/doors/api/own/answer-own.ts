// The way of a request for what is Dovetail's own, from the caller on: it is read as entities are, and written by services.
import type { Caller } from '../../../engine/access/index.js';
import type { Catalog } from '../../../engine/catalog/index.js';
import { toResourceShapes } from '../../../engine/documents/index.js';
import type { ApiServices } from '../api-services.js';
import type { ApiRequest } from '../request/api-request.js';
import { readTarget } from '../request/target.js';
import type { Answer } from '../response/answer.js';
import { download } from './download.js';
import { withEntities } from './entities/entities-resource.js';
import { OWN_BASE } from './own-address.js';
import { findOwnOperation } from './own-operations.js';
import { OWN_CATALOG, readOwnResource } from './own-resources.js';

/** What follows the base of what is our own; undefined for a path that leads to the application's entities. */
export const findOwnPath = (path: string): string | undefined =>
  path === OWN_BASE || path.startsWith(`${OWN_BASE}/`) ? path.slice(OWN_BASE.length) : undefined;

/** True for what is no document, so that `Accept` may ask for something else. */
export const isDownload = (path: string | undefined): boolean =>
  path !== undefined && findDownload(path) !== undefined;

type Asked = Omit<ApiRequest, 'catalog' | 'shapes' | 'read' | 'records' | 'fingerprintKey' | 'batches'>;

/** What is our own, as the caller may see it. */
export async function readOwnCatalog(
  { own, catalogFor }: Pick<ApiServices, 'own' | 'catalogFor'>,
  caller: Caller,
): Promise<Catalog> {
  const mine = await own.catalogFor(caller, OWN_CATALOG);
  return withEntities(mine, await catalogFor(caller), own.storages);
}

export async function answerOwn(asked: Asked, services: ApiServices): Promise<Answer> {
  const { own, read, records, fingerprintKey } = services;
  const catalog = await readOwnCatalog(services, asked.caller);
  const request: ApiRequest = {
    ...asked,
    catalog,
    shapes: toResourceShapes(catalog),
    read: (sql, parameters) => read(sql, parameters, asked.gone),
    records,
    fingerprintKey,
  };
  const wanted = findDownload(request.path);
  const target = readTarget(request.shapes, wanted?.record ?? request.path);
  const readEntities = () => services.catalogFor(asked.caller);
  if (wanted !== undefined) return download(request, target, wanted.name, own.services, readEntities);
  return findOwnOperation(target, request.method, { ...own, readEntities })(request, target);
}

/** `/runs/17/failed-rows` is something of `/runs/17`. */
function findDownload(path: string): { readonly record: string; readonly name: string } | undefined {
  const [, record, resource, name] = /^(\/([\w-]+)\/[^/]+)\/([\w.-]+)$/.exec(path) ?? [];
  if (record === undefined || name === undefined) return undefined;
  const there = Object.hasOwn(readOwnResource(resource!)?.downloads ?? {}, name);
  return there ? { record, name } : undefined;
}

/** The document of a run, as whoever asks for it gets it. */
export const showRun =
  (services: ApiServices) =>
  async (request: ApiRequest, run: string): Promise<object> => {
    const path = `/runs/${run}`;
    const base = `${request.base}${OWN_BASE}`;
    const asked = {
      ...request,
      method: 'GET',
      headers: {},
      base,
      path,
      query: '',
      self: `${base}${path}`,
      address: `${base}${path}`,
    };
    return JSON.parse((await answerOwn(asked, services)).body!);
  };
