// The way in for addresses of other doors below the API's: the same callers, the same limits, the same errors.
import type { Catalog } from '../../engine/catalog/index.js';
import type { ApiServices } from './api-services.js';
import { toCorsHeaders } from './limits/cors.js';
import { checkScope } from './limits/scope-check.js';
import type { RawRequest } from './request/api-request.js';
import type { Answer } from './response/answer.js';
import { toErrorAnswer } from './response/error-document.js';
import { finishAnswer } from './response/finish-answer.js';

export interface AdmittedCaller {
  /** Unique among callers: `client 17`. */
  readonly caller: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Where the API lies, as links name it. */
  readonly base: string;
  readCatalog(): Promise<Catalog>;
  again(): Promise<Pick<AdmittedCaller, 'readCatalog'>>;
}

export interface ApiGate {
  /** Throws what a request is refused for before it is looked at: API-103, 111, 116, 117. */
  admit(raw: RawRequest): Promise<AdmittedCaller>;
  refuse(error: unknown, raw: RawRequest, meta?: Readonly<Record<string, string>>): Answer;
}

export function createApiGate(services: ApiServices): ApiGate {
  async function open(raw: RawRequest) {
    const caller = await services.authenticate(raw);
    checkScope(caller, 'GET');
    return caller;
  }
  return {
    async admit(raw) {
      services.checkRoom();
      const caller = await open(raw);
      const limits = services.count(caller);
      return {
        caller: `${caller.kind} ${caller.id}`,
        headers: { ...toCorsHeaders(raw, services.origins), ...limits },
        base: services.locate(raw).base,
        readCatalog: () => services.catalogFor(caller),
        async again() {
          const now = await open(raw);
          return { readCatalog: () => services.catalogFor(now) };
        },
      };
    },
    refuse(error, raw, meta) {
      services.onError(error, raw);
      const answer = toErrorAnswer(error, raw.id);
      const told =
        meta === undefined || answer.body === undefined
          ? answer
          : { ...answer, body: JSON.stringify({ ...(JSON.parse(answer.body) as object), meta }) };
      // Never packed: whoever sends it knows nothing of encodings.
      const headers = { ...raw.headers, 'accept-encoding': undefined };
      return finishAnswer({ ...raw, headers }, told, toCorsHeaders(raw, services.origins));
    },
  };
}
