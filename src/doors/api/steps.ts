// The way of a request, as one list. Each step throws what the request is refused for.
import type { ApiServices } from './api-services.js';
import { listSentExtensions } from './batch/batch-media.js';
import { type Destination, findDestination, openDestination } from './destination.js';
import { findPreflight, toCorsHeaders } from './limits/cors.js';
import { checkScope } from './limits/scope-check.js';
import { isDownload } from './own/answer-own.js';
import type { RawRequest } from './request/api-request.js';
import {
  applyWishes,
  checkContentEncoding,
  readAccept,
  readContentType,
  toMediaType,
  type Wishes,
} from './request/negotiate.js';
import type { Answer } from './response/answer.js';
import { toErrorAnswer } from './response/error-document.js';
import { checkFetched, finishAnswer } from './response/finish-answer.js';
import { TUS } from './uploads/upload-headers.js';

export async function answerRequest(raw: RawRequest, services: ApiServices): Promise<Answer> {
  const preflight = findPreflight(raw, services.origins);
  if (preflight) return finishAnswer(raw, preflight);
  // What the answer says whatever becomes of the request, as far as it came.
  let headers = toCorsHeaders(raw, services.origins);
  let mediaType: string | undefined;
  try {
    services.checkRoom();
    const destination = findDestination(raw, services);
    if (destination.kind === 'upload') headers = { ...headers, ...TUS };
    const wishes = readWishes(raw, destination, services);
    const caller = await services.authenticate(raw);
    headers = { ...headers, ...services.count(caller) };
    checkScope(caller, raw.method);
    const opened = await openDestination(raw, destination, caller, services);
    const isForeign = destination.kind === 'records' && destination.system !== undefined;
    const applied = applyWishes(wishes, opened.at, isForeign);
    mediaType = toMediaType(applied);
    const answer = await opened.answer(applied);
    checkFetched(raw, answer);
    return finishAnswer(raw, answer, headers, mediaType);
  } catch (error) {
    services.onError(error, raw);
    return finishAnswer(raw, toErrorAnswer(error, raw.id), headers, mediaType);
  }
}

/** Extensions and profiles of what is accepted and of what is sent. Throws API-101 (406) and API-102 (415). */
function readWishes(raw: RawRequest, destination: Destination, { header }: ApiServices): Wishes {
  const hasOwnType =
    destination.kind === 'description' || (destination.kind === 'own' && isDownload(destination.own));
  const accepted = hasOwnType ? [] : readAccept(header(raw, 'accept'));
  const contentType = header(raw, 'content-type');
  if (raw.stream) return { accepted, sent: listSentExtensions(contentType) };
  if (raw.body === undefined) return { accepted, sent: [] };
  const sent = readContentType(contentType);
  checkContentEncoding(header(raw, 'content-encoding'));
  return { accepted, sent };
}
