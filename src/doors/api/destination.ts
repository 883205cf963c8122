// What an address leads to, and how it is answered there: the description of the API, an upload, what is Dovetail's own, or records, by
// their own ids or by those of another system.
import type { Caller } from '../../engine/access/index.js';
import { toResourceShapes } from '../../engine/documents/index.js';
import type { ApiServices, Place } from './api-services.js';
import { answerOperations } from './atomic/answer-operations.js';
import { takeBatch, toCollectionPath } from './batch/take-batch.js';
import { findForeignOperation, noBatch } from './foreign/foreign-operations.js';
import { findForeignPlace } from './foreign/foreign-place.js';
import { DESCRIPTION_PATH, describeApi } from './openapi/describe-api.js';
import { answerOwn, findOwnPath, readOwnCatalog, showRun } from './own/answer-own.js';
import { OWN_BASE } from './own/own-address.js';
import type { ApiRequest, RawRequest } from './request/api-request.js';
import type { Applied } from './request/negotiate.js';
import { OPERATIONS_PATH } from './request/own-paths.js';
import { readTarget, type Target } from './request/target.js';
import type { Operation } from './resources/operation.js';
import { findOperation } from './resources/operations.js';
import type { Answer } from './response/answer.js';
import { answerUpload, findUploadTarget, type UploadTarget } from './uploads/answer-upload.js';

export type Destination = Place &
  (
    | { readonly kind: 'description' }
    | { readonly kind: 'upload'; readonly upload: UploadTarget }
    /** `own`: the path below what is Dovetail's own. */
    | { readonly kind: 'own'; readonly own: string }
    /** `system`: whose ids they are; absent for the records' own. */
    | { readonly kind: 'records'; readonly system?: string }
  );

/** Reads nothing but the request line. Throws API-105 for what can't be the name of a system. */
export function findDestination(raw: RawRequest, services: ApiServices): Destination {
  const place = services.locate(raw);
  const foreign = findForeignPlace(place.base, place.path);
  if (foreign) return { ...place, ...foreign, kind: 'records' };
  if (place.path === DESCRIPTION_PATH) return { ...place, kind: 'description' };
  const own = findOwnPath(place.path);
  if (own === undefined) return { ...place, kind: 'records' };
  const upload = findUploadTarget(raw, own);
  return upload ? { ...place, kind: 'upload', upload } : { ...place, kind: 'own', own };
}

export interface Opened {
  /** By what extensions say where they serve: `GET collection`. */
  readonly at: string;
  answer(applied: Applied): Promise<Answer>;
}

/** As the caller may see it. Throws API-105 (404). */
export async function openDestination(
  raw: RawRequest,
  destination: Destination,
  caller: Caller,
  services: ApiServices,
): Promise<Opened> {
  switch (destination.kind) {
    case 'description':
      return {
        at: 'description',
        async answer() {
          const [catalog, own] = [await services.catalogFor(caller), await readOwnCatalog(services, caller)];
          return describeApi(raw.method, catalog, own, destination.root);
        },
      };
    case 'upload':
      return { at: 'upload', answer: () => answerUpload(raw, destination.upload, caller, services) };
    case 'own':
      return {
        at: 'own',
        answer: (applied) => {
          const { base, self, query, own } = destination;
          const asked = { ...raw, base: `${base}${OWN_BASE}`, self, path: own, query, applied, caller };
          return answerOwn(asked, services);
        },
      };
    case 'records':
      return openRecords(raw, destination, caller, services);
  }
}

async function openRecords(
  raw: RawRequest,
  { base, self, path, query, system }: Extract<Destination, { kind: 'records' }>,
  caller: Caller,
  services: ApiServices,
): Promise<Opened> {
  const catalog = await services.catalogFor(caller);
  const shapes = toResourceShapes(catalog);
  if (system !== undefined && raw.stream) throw noBatch();
  const target =
    path === OPERATIONS_PATH && system === undefined
      ? undefined
      : readTarget(shapes, raw.stream ? toCollectionPath(path) : path);
  return {
    at: `${raw.method === 'HEAD' ? 'GET' : raw.method} ${target?.kind ?? 'operations'}`,
    answer(applied) {
      const request: ApiRequest = {
        ...raw,
        base,
        self,
        path,
        query,
        applied,
        catalog,
        shapes,
        caller,
        read: (sql, parameters) => services.read(sql, parameters, raw.gone) as never,
        records: services.records,
        fingerprintKey: services.fingerprintKey,
        ...(system === undefined ? {} : { system }),
        ...(services.batches === undefined ? {} : { batches: services.batches }),
      };
      return target ? toOperation(request, target, services)(request, target) : answerOperations(request);
    },
  };
}

function toOperation(request: ApiRequest, target: Target, services: ApiServices): Operation {
  if (request.system !== undefined) return findForeignOperation(target, request);
  return request.stream
    ? takeBatch(showRun(services))
    : findOperation(target, request.method, request.applied);
}
