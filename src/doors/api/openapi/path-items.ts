// The addresses of one resource and what may be done at each: only what the caller's catalog allows.
import type { Relationship, ResourceShape } from '../../../engine/documents/index.js';
import { EXTENSIONS } from '../request/extensions.js';
import { JSON_API } from '../response/answer.js';
import { batchOperation, mappedItem } from './batch-items.js';
import {
  changeSchema,
  creationSchema,
  type DocumentKind,
  documentSchema,
  linkageBodySchema,
} from './document-schemas.js';
import { type ErrorStatus, toErrorResponses } from './error-responses.js';
import { toChangeExample, toCreationExample } from './example-document.js';
import { jsonApiSchema } from './fixed-schemas.js';
import type { Reference, Schema } from './json-schema.js';
import {
  filterParameters,
  headerParameter,
  identifierParameters,
  idParameter,
  listParameters,
  memberParameters,
  recordParameters,
} from './query-parameters.js';
import { listSettable, mayBeNone, toLinkRights, toRights } from './resource-rights.js';
import { type DescribedApi, nameOf } from './resource-schemas.js';

/** Path items by path. `under`: what comes before the address of the resource. */
export function toPathItems(
  api: DescribedApi,
  shape: ResourceShape,
  under = '',
): readonly (readonly [string, Schema])[] {
  const at = `${under}/${encodeURIComponent(shape.address)}`;
  return [
    [at, collectionItem(api, shape)],
    ...(mayImport(shape) ? [[`${at}/imports/{mapping}`, mappedItem(api, shape)] as const] : []),
    [`${at}/{id}`, recordItem(api, shape)],
    ...shape.relationships.flatMap((one): readonly (readonly [string, Schema])[] => [
      [`${at}/{id}/${encodeURIComponent(one.name)}`, relatedItem(api, shape, one)],
      [`${at}/{id}/relationships/${encodeURIComponent(one.name)}`, relationshipItem(api, shape, one)],
    ]),
  ];
}

const mayImport = (shape: ResourceShape): boolean =>
  toRights(shape).create && shape.entity.access?.import !== 'none';

function collectionItem(api: DescribedApi, shape: ResourceShape): Schema {
  const get = {
    ...named(shape, ['list'], `Fetch ${shape.type}`),
    parameters: listParameters(api, shape),
    responses: toResponses(api, [[200, documentResponse(api, shape, 'many')]], [400]),
  };
  const { create, update, delete: mayDelete } = toRights(shape);
  const further = {
    ...(create || update ? { patch: batchOperation(api, shape) } : {}),
    ...(mayDelete ? { delete: removeList(api, shape) } : {}),
  };
  if (!create) return { get, ...further };
  const post = {
    ...named(shape, ['create'], `Create one of the ${shape.type}`),
    parameters: [...memberParameters(api, shape), onceOnly(api)],
    requestBody: toRequestBody(creationSchema(api, shape), toCreationExample(api, shape)),
    responses: toResponses(api, [[201, createdResponse(api, shape)]], [400, 403, 404, 409, 422]),
  };
  return { get, post, ...further };
}

/** Under the extension `delete`, which is asked for by the header Accept. */
function removeList(api: DescribedApi, shape: ResourceShape): Schema {
  const { namespace, uri } = EXTENSIONS.find((one) => one.namespace === 'delete')!;
  const type = `${JSON_API}; ext="${uri}"`;
  return {
    ...named(shape, ['delete-list'], `Delete the ${shape.type} for which a filter holds`),
    description: `Send \`Accept: ${type}\`. Without \`${namespace}:count\` the answer says how many there are.`,
    parameters: [...filterParameters(api, shape), countParameter(api, `${namespace}:count`), onceOnly(api)],
    responses: toResponses(api, [[200, removedResponse(api, type)]], [400, 403, 404, 409]),
  };
}

const countParameter = ({ components }: DescribedApi, name: string): Reference =>
  components.refer('parameters', 'api.delete.count', () => ({
    name,
    in: 'query',
    description: 'How many are to be deleted: if there are more or less, none is.',
    schema: { type: 'integer', minimum: 0 },
  }));

const removedResponse = ({ components }: DescribedApi, type: string): Reference =>
  components.refer('responses', 'api.removed', () => ({
    description: 'They are deleted.',
    content: {
      [type]: {
        schema: {
          type: 'object',
          required: ['jsonapi', 'meta'],
          properties: {
            jsonapi: jsonApiSchema(components),
            meta: {
              type: 'object',
              required: ['deleted'],
              properties: { deleted: { type: 'integer', minimum: 0 } },
            },
          },
        },
      },
    },
  }));

function recordItem(api: DescribedApi, shape: ResourceShape): Schema {
  const rights = toRights(shape);
  const get = {
    ...named(shape, ['get'], `Fetch one of the ${shape.type}`),
    parameters: recordParameters(api, shape),
    responses: toResponses(api, [...fetched(api, shape, 'one')], [400, 404]),
  };
  // What nobody may send is not described either.
  const patch = () => ({
    ...named(shape, ['update'], `Change one of the ${shape.type}`),
    parameters: [...memberParameters(api, shape), ifMatch(api), onceOnly(api), prefer(api)],
    requestBody: toRequestBody(changeSchema(api, shape), toChangeExample(api, shape)),
    responses: toResponses(
      api,
      [
        [200, documentResponse(api, shape, 'one')],
        [204, doneResponse(api)],
      ],
      [400, 403, 404, 409, 412, 422],
    ),
  });
  const remove = {
    ...named(shape, ['delete'], `Delete one of the ${shape.type}`),
    parameters: [ifMatch(api), onceOnly(api)],
    responses: toResponses(api, [[204, doneResponse(api)]], [403, 404, 409, 412]),
  };
  return {
    parameters: [idParameter(api, shape)],
    get,
    ...(rights.update ? { patch: patch() } : {}),
    ...(rights.delete ? { delete: remove } : {}),
  };
}

function relatedItem(api: DescribedApi, shape: ResourceShape, { name, type, one }: Relationship): Schema {
  const other = api.shapes.byType.get(type)!;
  return {
    parameters: [idParameter(api, shape)],
    get: {
      ...named(shape, [name, 'get'], `Fetch ${one ? 'what' : 'those that'} ${name} leads to`),
      parameters: one ? recordParameters(api, other, 'related') : listParameters(api, other, 'related'),
      responses: toResponses(
        api,
        one ? fetched(api, other, 'optional') : [[200, documentResponse(api, other, 'many')]],
        [400, 404],
      ),
    },
  };
}

function relationshipItem(api: DescribedApi, shape: ResourceShape, relationship: Relationship): Schema {
  const { name, type, one } = relationship;
  const other = api.shapes.byType.get(type)!;
  return {
    parameters: [idParameter(api, shape)],
    get: {
      ...named(shape, [name, 'relationship', 'get'], `Fetch which ${name} leads to`),
      parameters: identifierParameters(api, !one),
      responses: toResponses(
        api,
        one ? fetched(api, other, 'identifier') : [[200, documentResponse(api, other, 'identifiers')]],
        [400, 404],
      ),
    },
    ...relationshipWrites(api, shape, relationship, other),
  };
}

function relationshipWrites(
  api: DescribedApi,
  shape: ResourceShape,
  relationship: Relationship,
  other: ResourceShape,
): Schema {
  const { name, one } = relationship;
  const write = (verb: string, summary: string, kind: 'one' | 'optional' | 'many'): Schema => ({
    ...named(shape, [name, 'relationship', verb], summary),
    parameters: [ifMatch(api), onceOnly(api)],
    requestBody: toRequestBody(linkageBodySchema(api, other, kind)),
    responses: toResponses(api, [[204, doneResponse(api)]], [400, 403, 404, 409, 412, 422]),
  });
  const settable = toRights(shape).update
    ? listSettable(shape).find((each) => each.name === name)
    : undefined;
  if (settable)
    return {
      patch: write(
        'set',
        `Let ${name} lead to another`,
        mayBeNone(shape, settable.relation) ? 'optional' : 'one',
      ),
    };
  const { add, remove } = toLinkRights(api.shapes, relationship);
  if (one) return add && remove ? { patch: write('set', `Let ${name} lead to another`, 'optional') } : {};
  return {
    ...(add ? { post: write('add', `Add to ${name}`, 'many') } : {}),
    ...(add && remove ? { patch: write('set', `Let ${name} lead to these only`, 'many') } : {}),
    ...(remove ? { delete: write('remove', `Take away from ${name}`, 'many') } : {}),
  };
}

/** Types and members hold no dots, so no two are called alike. */
export const named = (shape: ResourceShape, parts: readonly string[], summary: string): Schema => ({
  operationId: [shape.type, ...parts].join('.'),
  summary,
  tags: [shape.type],
});

type Fetched = readonly (readonly [number, Reference])[];

export const toResponses = (api: DescribedApi, good: Fetched, errors: readonly ErrorStatus[]): Schema => ({
  ...Object.fromEntries(good),
  ...toErrorResponses(api.components, errors),
});

const fetched = (api: DescribedApi, shape: ResourceShape, kind: DocumentKind): Fetched => [
  [200, documentResponse(api, shape, kind)],
  [
    304,
    api.components.refer('responses', 'api.not-modified', () => ({
      description: 'It is as If-None-Match says.',
    })),
  ],
];

export function documentResponse(api: DescribedApi, shape: ResourceShape, kind: DocumentKind): Reference {
  const schema = documentSchema(api, shape, kind);
  const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  return api.components.refer('responses', name, () => ({
    description: kind === 'many' ? `A page of ${shape.type}` : 'The document',
    headers: { ETag: etagHeader(api) },
    content: { [JSON_API]: { schema } },
  }));
}

export const createdResponse = (api: DescribedApi, shape: ResourceShape): Reference =>
  api.components.refer('responses', nameOf(shape, 'created'), () => ({
    description: 'The record as it was written',
    headers: { ETag: etagHeader(api), Location: locationHeader(api) },
    content: { [JSON_API]: { schema: documentSchema(api, shape, 'one') } },
  }));

export const doneResponse = ({ components }: DescribedApi): Reference =>
  components.refer('responses', 'api.done', () => ({ description: 'Done; there is nothing to say.' }));

const etagHeader = ({ components }: DescribedApi): Reference =>
  components.refer('headers', 'api.etag', () => ({
    description: 'Which version it is: for If-Match and If-None-Match',
    schema: { type: 'string' },
  }));

const locationHeader = ({ components }: DescribedApi): Reference =>
  components.refer('headers', 'api.location', () => ({
    description: 'Where the record is from now on',
    schema: { type: 'string', format: 'uri-reference' },
  }));

export const ifMatch = (api: DescribedApi): Reference =>
  headerParameter(
    api,
    'If-Match',
    'The ETag the record was read with: if it has changed since, nothing is written.',
  );

export const onceOnly = (api: DescribedApi): Reference =>
  headerParameter(
    api,
    'Idempotency-Key',
    'A text of your own: the same request sent again with it is answered as before, and done once.',
  );

const prefer = (api: DescribedApi): Reference =>
  headerParameter(api, 'Prefer', '`return=minimal`: answer without the document.');

export const toRequestBody = (schema: Schema | Reference, example?: Schema): Schema => ({
  required: true,
  content: { [JSON_API]: { schema, ...(example === undefined ? {} : { example }) } },
});
