// The same resources by the ids of another system, in general terms: what each takes and answers stands at its own address.
import { JSON_API } from '../response/answer.js';
import { type ErrorStatus, toErrorResponses } from './error-responses.js';
import { SAYS_CREATION, toExtendedType } from './extended-body.js';
import { jsonApiSchema } from './fixed-schemas.js';
import type { Reference, Schema } from './json-schema.js';
import { headerParameter } from './query-parameters.js';
import type { DescribedApi } from './resource-schemas.js';

const AT = '/dovetail/ids/{system}/{type}';
const TAGS = ['ids of other systems'];
const SAYS =
  'All ids are those by which the system knows the records, and `~` with its own id one that it knows by none; else as at the type’s own address.';

/** Path items by path. `writes`: the caller may write something. */
export const toForeignItems = (
  api: DescribedApi,
  writes: boolean,
): readonly (readonly [string, Schema])[] => [
  [
    AT,
    {
      parameters: placeParameters(api),
      get: operation(api, 'list', 'Fetch records by ids of another system', [200], [400, 404]),
      ...(writes
        ? {
            post: {
              ...operation(
                api,
                'create',
                'Create a record under the id by which the system knows it',
                [200, 201],
                ALL,
              ),
              description: `${SAYS} ${SAYS_CREATION}`,
              requestBody: {
                required: true,
                content: Object.fromEntries(
                  [JSON_API, toExtendedType('upsert'), toExtendedType('validate')].map((type) => [
                    type,
                    BODY,
                  ]),
                ),
              },
            },
          }
        : {}),
    },
  ],
  [
    `${AT}/{id}`,
    {
      parameters: [...placeParameters(api), idParameter(api)],
      get: operation(api, 'get', 'Fetch the record that the system knows by the id', [200], [400, 404]),
      ...(writes
        ? {
            patch: {
              ...operation(api, 'update', 'Change it', [200], [...ALL, 412]),
              requestBody: { required: true, content: { [JSON_API]: BODY } },
            },
            delete: operation(
              api,
              'delete',
              'Delete it, and what systems call it',
              [204],
              [403, 404, 409, 412],
            ),
          }
        : {}),
    },
  ],
];

const ALL: readonly ErrorStatus[] = [400, 403, 404, 409, 422];
const BODY = { schema: { type: 'object', required: ['data'] } };

function operation(
  { components }: DescribedApi,
  name: string,
  summary: string,
  good: readonly number[],
  errors: readonly ErrorStatus[],
): Schema {
  const answer = components.refer('responses', 'api.foreign', () => ({
    description: 'A document of the type',
    content: {
      [JSON_API]: {
        schema: { type: 'object', required: ['jsonapi'], properties: { jsonapi: jsonApiSchema(components) } },
      },
    },
  }));
  const done = components.refer('responses', 'api.done', () => ({
    description: 'Done; there is nothing to say.',
  }));
  return {
    operationId: `ids.foreign.${name}`,
    summary,
    description: SAYS,
    tags: TAGS,
    responses: {
      ...Object.fromEntries(good.map((status) => [status, status === 204 ? done : answer])),
      ...toErrorResponses(components, errors),
    },
  };
}

const placeParameters = (api: DescribedApi): readonly Reference[] => [
  api.components.refer('parameters', 'api.foreign.system', () => ({
    name: 'system',
    in: 'path',
    required: true,
    description: 'The other system, as `erp`',
    schema: { type: 'string', pattern: '^[a-z0-9][a-z0-9_.-]{0,62}$' },
  })),
  api.components.refer('parameters', 'api.foreign.type', () => ({
    name: 'type',
    in: 'path',
    required: true,
    schema: { type: 'string', enum: [...api.shapes.byType.values()].map(({ address }) => address) },
  })),
  headerParameter(
    api,
    'Idempotency-Key',
    'A text of your own: the same request sent again with it is answered as before, and done once.',
  ),
];

const idParameter = ({ components }: DescribedApi): Reference =>
  components.refer('parameters', 'api.foreign.id', () => ({
    name: 'id',
    in: 'path',
    required: true,
    description: 'As the system calls it, or `~` and its own id',
    schema: { type: 'string' },
  }));
