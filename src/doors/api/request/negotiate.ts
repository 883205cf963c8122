// Content negotiation as JSON:API 1.1 demands it: https://jsonapi.org/format/1.1/#content-negotiation
import { apiError } from '../api-errors.js';
import { BATCH_EXTENSION } from '../batch/batch-media.js';
import { JSON_API } from '../response/answer.js';
import { type MediaType, readMediaType, readMediaTypes } from './media-type.js';

/** Extensions that are served, by their URIs. */
export const EXTENSIONS: readonly string[] = [BATCH_EXTENSION];

/** Throws API-101 (406) if the client takes nothing that is made here. */
export function checkAccept(header: string | undefined): void {
  if (header === undefined || header.trim() === '') return;
  const types = readMediaTypes(header);
  const ours = types.filter(({ type }) => type === JSON_API);
  const fits = ours.some((type) => findUnfit(type) === undefined);
  const others = types.some(
    ({ type, parameters }) =>
      ['*/*', 'application/*'].includes(type) && Number(parameters.get('q') ?? 1) !== 0,
  );
  if (fits || (ours.length === 0 && others)) return;
  // "If a request's Accept header contains an instance of the JSON:API media type, servers MUST ignore instances … modified by a
  // media type parameter other than ext or profile. If all instances … are modified …, servers MUST respond with a 406."
  throw apiError(101, {
    detail:
      ours.length === 0
        ? `Answers are ${JSON_API}, which the request does not accept.`
        : `The request accepts ${JSON_API} only with ${findUnfit(ours[0]!)}.`,
    hint: `Send Accept: ${JSON_API}.`,
    pointer: { header: 'Accept' },
  });
}

/** Of a request with a body. Throws API-102 (415). */
export function checkContentType(header: string | undefined): void {
  const type = header === undefined ? undefined : readMediaType(header);
  const unfit = type?.type === JSON_API ? findUnfit(type) : 'another media type';
  if (unfit === undefined) return;
  throw apiError(102, {
    detail:
      type === undefined
        ? 'The request has a body, but no readable Content-Type.'
        : `The body is ${type.type}, with ${unfit}.`,
    hint: `Send a JSON:API document with Content-Type: ${JSON_API}.`,
    pointer: { header: 'Content-Type' },
  });
}

/** Of a request with a body, which is read as it comes. Throws API-102 (415). */
export function checkContentEncoding(header: string | undefined): void {
  if (header === undefined || /^\s*(?:identity)?\s*$/i.test(header)) return;
  throw apiError(102, {
    detail: `The body is encoded as ${header.slice(0, 40)}.`,
    hint: 'Send it as it is, without Content-Encoding.',
    pointer: { header: 'Content-Encoding' },
  });
}

function findUnfit({ parameters }: MediaType): string | undefined {
  for (const [name, value] of parameters) {
    if (name === 'q') {
      if (Number(value) === 0) return 'q=0';
    } else if (name === 'ext') {
      const unknown = value.split(' ').find((uri) => uri !== '' && !EXTENSIONS.includes(uri));
      if (unknown !== undefined) return `the unknown extension ${unknown}`;
    } else if (name !== 'profile') {
      return `the parameter ${name}`;
    }
  }
  return undefined;
}
