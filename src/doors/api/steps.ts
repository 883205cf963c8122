// The way of a request, as one list.
import { toResourceShapes } from '../../engine/documents/index.js';
import type { ApiServices } from './api-services.js';
import { answerOperations } from './atomic/answer-operations.js';
import { listSentExtensions } from './batch/batch-media.js';
import { takeBatch, toCollectionPath } from './batch/take-batch.js';
import { findPreflight, toCorsHeaders } from './limits/cors.js';
import { checkScope } from './limits/scope-check.js';
import { DESCRIPTION_PATH, describeApi } from './openapi/describe-api.js';
import { answerOwn, findOwnPath, isDownload, readOwnCatalog, showRun } from './own/answer-own.js';
import { OWN_BASE } from './own/own-address.js';
import type { RawRequest } from './request/api-request.js';
import {
  applyWishes,
  checkContentEncoding,
  readAccept,
  readContentType,
  toMediaType,
} from './request/negotiate.js';
import { OPERATIONS_PATH } from './request/own-paths.js';
import { readTarget } from './request/target.js';
import { findOperation } from './resources/operations.js';
import type { Answer } from './response/answer.js';
import { toErrorAnswer } from './response/error-document.js';
import { checkFetched, finishAnswer } from './response/finish-answer.js';
import { answerUpload, findUploadTarget } from './uploads/answer-upload.js';
import { TUS } from './uploads/upload-headers.js';

export async function answerRequest(raw: RawRequest, services: ApiServices): Promise<Answer> {
  const preflight = findPreflight(raw, services.origins);
  if (preflight) return finishAnswer(raw, preflight);
  let mediaType: string | undefined;
  let headers = toCorsHeaders(raw, services.origins);
  try {
    services.checkRoom();
    const { root, base, self, path, query } = services.locate(raw);
    const describes = path === DESCRIPTION_PATH;
    const own = findOwnPath(path);
    const upload = findUploadTarget(raw, own);
    if (upload !== undefined) headers = { ...headers, ...TUS };
    const accepted = describes || isDownload(own) ? [] : readAccept(services.header(raw, 'accept'));
    const contentType = services.header(raw, 'content-type');
    const sent =
      raw.body === undefined
        ? raw.stream
          ? listSentExtensions(contentType)
          : []
        : readContentType(contentType);
    if (raw.body !== undefined) checkContentEncoding(services.header(raw, 'content-encoding'));
    const caller = await services.authenticate(raw);
    headers = { ...headers, ...services.count(caller) };
    checkScope(caller, raw.method);
    if (upload !== undefined)
      return finishAnswer(raw, await answerUpload(raw, upload, caller, services), headers);
    if (own !== undefined) {
      const applied = applyWishes({ sent, accepted }, 'own');
      const asked = { ...raw, base: `${base}${OWN_BASE}`, self, path: own, query, applied, caller };
      return finishAnswer(raw, await answerOwn(asked, services), headers);
    }
    const catalog = await services.catalogFor(caller);
    if (describes) {
      const ownCatalog = await readOwnCatalog(services, caller);
      return finishAnswer(raw, describeApi(raw.method, catalog, ownCatalog, root), headers);
    }
    const shapes = toResourceShapes(catalog);
    const place = raw.stream === undefined ? path : toCollectionPath(path);
    const target = place === OPERATIONS_PATH ? undefined : readTarget(shapes, place);
    const applied = applyWishes(
      { sent, accepted },
      `${raw.method === 'HEAD' ? 'GET' : raw.method} ${target?.kind ?? 'operations'}`,
    );
    mediaType = toMediaType(applied);
    const streamed = raw.stream === undefined ? undefined : takeBatch(showRun(services));
    const operation = target && (streamed ?? findOperation(target, raw.method, applied));
    const request = {
      ...raw,
      base,
      self,
      path,
      query,
      applied,
      catalog,
      shapes,
      caller,
      read: (sql: string, parameters: readonly string[]) => services.read(sql, parameters, raw.gone) as never,
      records: services.records,
      fingerprintKey: services.fingerprintKey,
      ...(services.batches === undefined ? {} : { batches: services.batches }),
    };
    const answer = await (operation ? operation(request, target) : answerOperations(request));
    checkFetched(raw, answer);
    return finishAnswer(raw, answer, headers, mediaType);
  } catch (error) {
    services.onError(error, raw);
    return finishAnswer(raw, toErrorAnswer(error, raw.id), headers, mediaType);
  }
}
