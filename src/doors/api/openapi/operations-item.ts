// The one address of many writes at once: Atomic Operations, in general terms; what each resource takes stands at its own address.
import { MOST_OPERATIONS } from '../atomic/read-operations.js';
import { EXTENSIONS } from '../request/extensions.js';
import { toMediaType } from '../request/negotiate.js';
import { toErrorResponses } from './error-responses.js';
import { jsonApiSchema } from './fixed-schemas.js';
import type { Schema } from './json-schema.js';
import { headerParameter } from './query-parameters.js';
import type { DescribedApi } from './resource-schemas.js';

const ATOMIC = toMediaType({
  extensions: EXTENSIONS.filter(({ namespace }) => namespace === 'atomic'),
  profiles: [],
});

export function operationsItem(api: DescribedApi): Schema {
  const { components } = api;
  const once = headerParameter(
    api,
    'Idempotency-Key',
    'A text of your own: the same request sent again with it is answered as before, and done once.',
  );
  return {
    post: {
      operationId: 'operations',
      summary: 'Write many records and relationships, all or nothing',
      description:
        '[Atomic Operations](https://jsonapi.org/ext/atomic): each operation sees what those before it did; an error says which one it was.',
      parameters: [once],
      requestBody: {
        required: true,
        content: { [ATOMIC]: { schema: OPERATIONS, example: EXAMPLE } },
      },
      responses: {
        200: {
          description: 'What became of each, in order',
          content: {
            [ATOMIC]: {
              schema: {
                type: 'object',
                required: ['jsonapi', 'atomic:results'],
                properties: {
                  jsonapi: jsonApiSchema(components),
                  'atomic:results': {
                    type: 'array',
                    items: { type: 'object', properties: { data: { type: 'object' } } },
                  },
                },
              },
            },
          },
        },
        204: components.refer('responses', 'api.done', () => ({
          description: 'Done; there is nothing to say.',
        })),
        ...toErrorResponses(components, [400, 403, 404, 409, 422]),
      },
    },
  };
}

const OPERATIONS: Schema = {
  type: 'object',
  required: ['atomic:operations'],
  properties: {
    'atomic:operations': {
      type: 'array',
      maxItems: MOST_OPERATIONS,
      items: {
        type: 'object',
        required: ['op'],
        properties: {
          op: { enum: ['add', 'update', 'remove'] },
          ref: {
            type: 'object',
            required: ['type'],
            properties: {
              type: { type: 'string' },
              id: { type: 'string' },
              lid: { type: 'string', description: 'of a record that an earlier operation adds' },
              relationship: { type: 'string' },
            },
          },
          href: { type: 'string', format: 'uri-reference' },
          data: {
            description: 'a resource object, or what a relationship is to lead to',
            type: ['object', 'array', 'null'],
          },
        },
      },
    },
  },
};

const EXAMPLE: Schema = {
  'atomic:operations': [{ op: 'remove', ref: { type: 'products', id: '1' } }],
};
