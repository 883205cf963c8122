// A list as counts and sums by groups (the profile `aggregate`): the parameters that ask for it, and what is answered then.
import type { ResourceShape } from '../../../engine/documents/index.js';
import { AGGREGATES } from '../../../engine/records/read/index.js';
import { AGGREGATE } from '../request/extensions.js';
import { JSON_API } from '../response/answer.js';
import { documentSchema } from './document-schemas.js';
import { jsonApiSchema, selfLinkSchema } from './fixed-schemas.js';
import type { Reference, Schema } from './json-schema.js';
import type { DescribedApi } from './resource-schemas.js';
import { nameOf } from './resource-schemas.js';

export const aggregateParameters = ({ components }: DescribedApi): readonly Reference[] => [
  components.refer('parameters', 'api.aggregate.by', () => ({
    name: 'aggregateBy',
    in: 'query',
    description:
      'In place of records their counts, by these: paths, of a time with its step, as `brand.name,created_at:month`.',
    schema: { type: 'string' },
  })),
  components.refer('parameters', 'api.aggregate.of', () => ({
    name: 'aggregateOf',
    in: 'query',
    style: 'deepObject',
    description: 'What is told of each group: `aggregateOf[sum]=price`; paths, by commas.',
    schema: {
      type: 'object',
      properties: Object.fromEntries(AGGREGATES.map((name) => [name, { type: 'string' }])),
    },
    // A page that tries requests would otherwise ask for made-up paths.
    example: {},
  })),
];

/** A page of records, or, where groups are asked for, these. */
export function listOrGroups(api: DescribedApi, shape: ResourceShape): Reference {
  const { components } = api;
  const schema = documentSchema(api, shape, 'many');
  return components.refer('responses', nameOf(shape, 'list'), () => ({
    description: `A page of ${shape.type}`,
    headers: {
      ETag: components.refer('headers', 'api.etag', () => ({
        description: 'Which version it is: for If-Match and If-None-Match',
        schema: { type: 'string' },
      })),
    },
    content: {
      [JSON_API]: { schema },
      [`${JSON_API}; profile="${AGGREGATE.uri}"`]: { schema: groupsSchema(api) },
    },
  }));
}

const groupsSchema = ({ components }: DescribedApi): Reference =>
  components.refer(
    'schemas',
    'api.aggregates',
    (): Schema => ({
      type: 'object',
      required: ['jsonapi', 'links', 'meta'],
      properties: {
        jsonapi: jsonApiSchema(components),
        links: selfLinkSchema(components),
        meta: {
          type: 'object',
          required: ['aggregates', 'more'],
          properties: {
            aggregates: {
              type: 'array',
              items: {
                type: 'object',
                required: ['by', 'records'],
                properties: { by: { type: 'object' }, records: { type: 'integer', minimum: 0 } },
              },
            },
            more: { type: 'boolean', description: 'There are more groups than these.' },
          },
        },
      },
    }),
  );
