// Many records in one request: at the address of the collection, and read by a mapping below it.
import type { ResourceShape } from '../../../engine/documents/index.js';
import { BATCH_MEDIA, FOREIGN_MEDIA } from '../batch/batch-media.js';
import { BATCH_STRATEGIES } from '../batch/strategy.js';
import { JSON_API } from '../response/answer.js';
import { toErrorResponses } from './error-responses.js';
import type { Reference, Schema } from './json-schema.js';
import { headerParameter } from './query-parameters.js';
import type { DescribedApi } from './resource-schemas.js';

export const batchOperation = (api: DescribedApi, { type }: ResourceShape): Schema => ({
  operationId: `${type}.batch`,
  summary: `Add or change many ${type} as a run`,
  tags: [type],
  parameters: parametersOf(api),
  requestBody: toBody(api, 'batch.list', BATCH_MEDIA),
  responses: toResponses(api),
});

/** `POST` to a path with the name of a saved mapping. */
export const mappedItem = (api: DescribedApi, { type }: ResourceShape): Schema => ({
  parameters: [
    api.components.refer('parameters', 'batch.mapping', () => ({
      name: 'mapping',
      in: 'path',
      required: true,
      description: 'The name of a saved mapping, with `@2` a version of it',
      schema: { type: 'string' },
    })),
  ],
  post: {
    operationId: `${type}.import`,
    summary: `Add or change many ${type} in a shape that a mapping reads`,
    tags: [type],
    parameters: parametersOf(api),
    requestBody: toBody(api, 'batch.foreign', FOREIGN_MEDIA),
    responses: toResponses(api),
  },
});

const PARAMETERS: Readonly<Record<string, { readonly says: string; readonly schema: Schema }>> = {
  strategy: {
    says: 'What is done with the records. Default: what the caller may do, add_or_update at most',
    schema: { type: 'string', enum: [...BATCH_STRATEGIES] },
  },
  identity: { says: 'Attributes that identify a record of a table, by commas', schema: { type: 'string' } },
  onDuplicate: {
    says: 'Which of several records of one identity counts. Default: last',
    schema: { type: 'string', enum: ['last', 'first', 'fail'] },
  },
  maxErrors: {
    says: 'The run stops when more records fail: a number, or a share such as 5%',
    schema: { type: 'string' },
  },
  notify: {
    says: 'Where a signed webhook tells the end of the run: https://…',
    schema: { type: 'string', format: 'uri' },
  },
};

const parametersOf = (api: DescribedApi): readonly Reference[] => [
  ...Object.entries(PARAMETERS).map(([name, { says, schema }]) =>
    api.components.refer('parameters', `batch.${name}`, () => ({
      name: `batch[${name}]`,
      in: 'query',
      description: says,
      schema,
    })),
  ),
  headerParameter(
    api,
    'Idempotency-Key',
    'A text of your own: the same request sent again with it is answered as before, and done once.',
  ),
  api.components.refer('parameters', 'batch.prefer', () => ({
    name: 'Prefer',
    in: 'header',
    description:
      '`respond-async`: answer with the address of the run. `wait=10`: wait so many seconds for its end.',
    schema: { type: 'string' },
  })),
];

const toBody = (api: DescribedApi, name: string, media: readonly string[]): Reference =>
  api.components.refer('requestBodies', name, () => ({
    required: true,
    content: Object.fromEntries(
      media.map((type) => [
        type,
        { schema: type.includes('json') && !type.includes('nd') ? {} : { type: 'string' } },
      ]),
    ),
  }));

function toResponses(api: DescribedApi): Schema {
  const answer = (name: string, description: string): Reference =>
    api.components.refer('responses', name, () => ({
      description,
      headers: {
        'Content-Location': {
          description: 'Where the run is',
          schema: { type: 'string', format: 'uri-reference' },
        },
      },
      content: { [JSON_API]: { schema: { type: 'object', required: ['data'] } } },
    }));
  return {
    200: answer(
      'batch.done',
      'The run is over; of up to 1,000 records `meta.results` says what became of each.',
    ),
    202: answer('batch.accepted', 'The batch is a run now, which goes on.'),
    ...toErrorResponses(api.components, [400, 403, 404, 422]),
  };
}
