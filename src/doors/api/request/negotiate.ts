// Content negotiation as JSON:API 1.1 demands it: https://jsonapi.org/format/1.1/#content-negotiation
import { apiError } from '../api-errors.js';
import { JSON_API } from '../response/answer.js';
import { EXTENSIONS, type Extension, type Place, PROFILES, type Profile } from './extensions.js';
import { type MediaType, readMediaType, readMediaTypes } from './media-type.js';

/** Extensions and profiles of one media type, by URI. */
export interface Beyond {
  readonly extensions: readonly string[];
  readonly profiles: readonly string[];
}

/** What a request asks for beyond the base. */
export interface Wishes {
  /** Extensions that the body uses. */
  readonly sent: readonly string[];
  /** Of what the client accepts each instance of our type, the dearest first; empty where it takes anything. */
  readonly accepted: readonly Beyond[];
}

/** What is done and answered by. */
export interface Applied {
  readonly extensions: readonly Extension[];
  readonly profiles: readonly Profile[];
}

const NOTHING: Beyond = { extensions: [], profiles: [] };
export const BASE: Applied = { extensions: [], profiles: [] };

/** What the client accepts, of what is served at all. Throws API-101 (406) if that is nothing. */
export function readAccept(header: string | undefined): Wishes['accepted'] {
  if (header === undefined || header === JSON_API || header.trim() === '') return [];
  const types = readMediaTypes(header);
  const ours = types.filter(({ type }) => type === JSON_API);
  const fits = ours.filter((type) => findUnfit(type) === undefined);
  if (fits.length > 0) return fits.sort((a, b) => qualityOf(b) - qualityOf(a)).map(toBeyond);
  const others = types.some((one) => ['*/*', 'application/*'].includes(one.type) && qualityOf(one) !== 0);
  if (ours.length === 0 && others) return [];
  // "If a request's Accept header contains an instance of the JSON:API media type, servers MUST ignore instances … modified by a
  // media type parameter other than ext or profile. If all instances … are modified …, servers MUST respond with a 406."
  throw notAcceptable(
    ours.length === 0
      ? `Answers are ${JSON_API}, which the request does not accept.`
      : `The request accepts ${JSON_API} only with ${findUnfit(ours[0]!)}.`,
  );
}

/** Of a request with a body: the extensions it uses. Throws API-102 (415). */
export function readContentType(header: string | undefined): Wishes['sent'] {
  if (header === JSON_API) return [];
  const type = header === undefined ? undefined : readMediaType(header);
  if (type === undefined) throw unsupported('The request has a body, but no readable Content-Type.');
  if (type.type !== JSON_API) throw unsupported(`The body is sent as ${type.type}.`);
  const unfit = findUnfit(type);
  if (unfit === undefined) return toBeyond(type).extensions;
  throw unsupported(`The body is ${type.type}, with ${unfit}.`);
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

/** What of the wishes is served at this place. Throws API-101 (406) or API-102 (415) where an extension is not. */
export function applyWishes({ sent, accepted }: Wishes, place: string, foreign = false): Applied {
  if (sent.length === 0 && accepted.length === 0) return BASE;
  const alien = sent.find((uri) => !isServed(uri, place));
  if (alien !== undefined) throw unsupported(`The extension ${alien} is of no use here.`);
  const chosen = accepted.find(({ extensions }) => extensions.every((uri) => isServed(uri, place)));
  if (chosen === undefined && accepted.length > 0)
    throw notAcceptable(`The extension ${accepted[0]!.extensions[0]} is of no use here.`);
  const { extensions, profiles } = chosen ?? NOTHING;
  const asked = new Set([...sent, ...extensions]);
  return {
    extensions: EXTENSIONS.filter(({ uri }) => asked.has(uri)),
    profiles: PROFILES.filter(
      (one) =>
        profiles.includes(one.uri) && one.at.some((at) => at === place) && (foreign || one.foreign !== true),
    ),
  };
}

/** "Clients and servers MUST specify the ext media type parameter in the Content-Type header when they have applied one or more extensions." */
export function toMediaType({ extensions, profiles }: Applied): string {
  const list = (name: string, all: readonly { readonly uri: string }[]): string =>
    all.length === 0 ? '' : `; ${name}="${all.map(({ uri }) => uri).join(' ')}"`;
  return `${JSON_API}${list('ext', extensions)}${list('profile', profiles)}`;
}

/** A hint for whoever tries without: which extensions have something at this place. */
export function findExtensionHint(place: string): string | undefined {
  const found = EXTENSIONS.find(({ at }) => at.some((one: Place) => one === place));
  return found && `With the extension ${found.uri} it is.`;
}

const isServed = (uri: string, place: string): boolean =>
  EXTENSIONS.some((one) => one.uri === uri && one.at.some((at: Place) => at === place));

const qualityOf = ({ parameters }: MediaType): number => Number(parameters.get('q') ?? 1);

const toBeyond = ({ parameters }: MediaType): Beyond => ({
  extensions: toUris(parameters.get('ext')),
  profiles: toUris(parameters.get('profile')),
});

const toUris = (value: string | undefined): readonly string[] =>
  (value ?? '').split(' ').filter((uri) => uri !== '');

function findUnfit(type: MediaType): string | undefined {
  for (const [name, value] of type.parameters) {
    if (name === 'q') {
      if (Number(value) === 0) return 'q=0';
    } else if (name === 'ext') {
      const unknown = toUris(value).find((uri) => !EXTENSIONS.some((one) => one.uri === uri));
      if (unknown !== undefined) return `the unknown extension ${unknown}`;
    } else if (name !== 'profile') {
      return `the parameter ${name}`;
    }
  }
  return undefined;
}

const notAcceptable = (detail: string) =>
  apiError(101, { detail, hint: `Send Accept: ${JSON_API}.`, pointer: { header: 'Accept' } });

const unsupported = (detail: string) =>
  apiError(102, {
    detail,
    hint: `Send a JSON:API document with Content-Type: ${JSON_API}.`,
    pointer: { header: 'Content-Type' },
  });
