// Answers with something of a record that is no document.
import { apiError } from '../api-errors.js';
import { readQueryParameters } from '../query/query-parameters.js';
import type { ApiRequest } from '../request/api-request.js';
import type { Target } from '../request/target.js';
import type { Answer } from '../response/answer.js';
import { ApiFailure } from '../response/error-document.js';
import { checkBelonging, checkReach, mayAll } from './own-reach.js';
import type { DownloadPlace } from './own-resource.js';
import { readOwnResource } from './own-resources.js';
import type { OwnServices } from './own-services.js';

/** Throws API-106 (405), API-401 (404), and what there is to say where there is nothing to be had. */
export async function download(
  request: ApiRequest,
  target: Target,
  name: string,
  services: OwnServices,
  readEntities: DownloadPlace['readEntities'],
): Promise<Answer> {
  if (request.method !== 'GET' || target.kind !== 'record')
    throw new ApiFailure(
      [apiError(106, { detail: `${request.method} is not possible here.`, hint: 'Possible is GET.' })],
      { allow: 'GET' },
    );
  const { shape, id } = target;
  await checkReach(request, shape, id, 'view');
  const { shows, run, parameters = {} } = readOwnResource(shape.address).downloads![name]!;
  const shown = shows === undefined ? undefined : request.shapes.byAddress.get(shows);
  if (shown !== undefined) await checkBelonging(request, shown, 'view', { shape, id });
  const asked = readQueryParameters(request.query, Object.keys(parameters));
  return run({
    id,
    caller: request.caller,
    services,
    readEntities,
    requestId: request.id,
    wide: mayAll(shape, 'view'),
    parameters: new Map(asked.map(({ name, value }) => [name, value])),
  });
}
