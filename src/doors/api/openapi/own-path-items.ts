// The addresses of what is Dovetail's own: read as any resource is, written as its own declaration says, where the caller may.
import type { AccessAction } from '../../../engine/catalog/index.js';
import type { ResourceShape } from '../../../engine/documents/index.js';
import { OWN_BASE, toOwnType } from '../own/own-address.js';
import type { OwnMember, OwnResource, OwnWrite } from '../own/own-resource.js';
import { readOwnResource } from '../own/own-resources.js';
import { orNull, type Schema } from './json-schema.js';
import {
  createdResponse,
  documentResponse,
  doneResponse,
  ifMatch,
  named,
  onceOnly,
  toPathItems,
  toRequestBody,
  toResponses,
} from './path-items.js';
import { memberParameters } from './query-parameters.js';
import { type DescribedApi, nameOf } from './resource-schemas.js';
import { uploadChanges, uploadCreation } from './upload-items.js';

/** Path items by path. */
export function toOwnPathItems(
  api: DescribedApi,
  shape: ResourceShape,
): readonly (readonly [string, Schema])[] {
  const resource = readOwnResource(shape.address);
  // Nothing of it is written as entities are.
  const read = { ...shape, entity: { ...shape.entity, writable: false } };
  const at = `${OWN_BASE}/${shape.address}`;
  const items = toPathItems(api, read, OWN_BASE).map(([path, item]): readonly [string, Schema] => {
    const isUploads = shape.address === 'uploads';
    if (path === at)
      return [
        path,
        { ...item, ...toCreation(api, shape, resource), ...(isUploads ? uploadCreation(api) : {}) },
      ];
    if (path === `${at}/{id}`)
      return [
        path,
        { ...item, ...toChanges(api, shape, resource), ...(isUploads ? uploadChanges(api) : {}) },
      ];
    return [path, item];
  });
  const downloads = Object.entries(resource.downloads ?? {}).map(
    ([name, { parameters = {} }]): readonly [string, Schema] => [
      `${at}/{id}/${name}`,
      toDownload(api, shape, name, parameters),
    ],
  );
  return [...items, ...downloads];
}

const may = ({ entity: { access } }: ResourceShape, action: AccessAction): boolean =>
  access?.[action] !== 'none';

function toCreation(api: DescribedApi, shape: ResourceShape, { create }: OwnResource): Schema {
  if (create === undefined || !may(shape, 'create')) return {};
  const attributes = Object.entries(create.attributes);
  const required = attributes.flatMap(([name, member]) => (member.required ? [name] : []));
  const schema = api.components.refer('schemas', nameOf(shape, 'creation'), () =>
    toBodySchema(shape, create, ['type', ...(create.chosenId ? ['id'] : [])], required),
  );
  return {
    post: {
      ...named(shape, ['create'], `Create one of the ${shape.type}`),
      parameters: [...memberParameters(api, shape), ...(create.once ? [] : [onceOnly(api)])],
      requestBody: toRequestBody(schema),
      responses: toResponses(api, [[201, createdResponse(api, shape)]], [400, 403, 404, 409, 422]),
    },
  };
}

function toChanges(api: DescribedApi, shape: ResourceShape, { update, delete: remove }: OwnResource): Schema {
  const patch = update && {
    ...named(shape, ['update'], `Change one of the ${shape.type}`),
    parameters: [...memberParameters(api, shape), ifMatch(api), onceOnly(api)],
    requestBody: toRequestBody(
      api.components.refer('schemas', nameOf(shape, 'change'), () =>
        toBodySchema(shape, update, ['type', 'id'], []),
      ),
    ),
    responses: toResponses(api, [[200, documentResponse(api, shape, 'one')]], [400, 403, 404, 409, 412, 422]),
  };
  const deletion = {
    ...named(shape, ['delete'], `Delete one of the ${shape.type}`),
    parameters: [ifMatch(api), onceOnly(api)],
    responses: toResponses(api, [[204, doneResponse(api)]], [403, 404, 409, 412]),
  };
  return {
    ...(patch && may(shape, 'update') ? { patch } : {}),
    ...(remove && may(shape, 'delete') ? { delete: deletion } : {}),
  };
}

const toDownload = (
  api: DescribedApi,
  shape: ResourceShape,
  name: string,
  parameters: Readonly<Record<string, string>>,
): Schema => ({
  parameters: [
    { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
    ...Object.entries(parameters).map(([parameter, description]) => ({
      name: parameter,
      in: 'query',
      description,
      schema: { type: 'string' },
    })),
  ],
  get: {
    ...named(shape, [name], `Fetch its ${name}`),
    responses: {
      200: { description: 'What there is, as it comes', content: { '*/*': {} } },
      ...toResponses(api, [], [404, 409]),
    },
  },
});

function toBodySchema(
  { type }: ResourceShape,
  { attributes, relationships = {} }: OwnWrite<unknown>,
  required: readonly string[],
  needed: readonly string[],
): Schema {
  const data = {
    type: 'object',
    required: [...required, ...(needed.length === 0 ? [] : ['attributes'])],
    properties: {
      type: { const: type },
      ...(required.includes('id') ? { id: { type: 'string' } } : {}),
      attributes: {
        type: 'object',
        ...(needed.length === 0 ? {} : { required: needed }),
        properties: Object.fromEntries(
          Object.entries(attributes).map(([name, one]) => [name, toSchema(one)]),
        ),
        additionalProperties: false,
      },
      relationships: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(relationships).map(([name, to]) => [name, toLinkSchema(toOwnType(to))]),
        ),
        additionalProperties: false,
      },
    },
  };
  return { type: 'object', required: ['data'], properties: { data } };
}

const toLinkSchema = (type: string): Schema => ({
  type: 'object',
  required: ['data'],
  properties: {
    data: orNull({
      type: 'object',
      required: ['type', 'id'],
      properties: { type: { const: type }, id: { type: 'string' } },
    }),
  },
});

function toSchema({ kind, says, values, nullable }: OwnMember): Schema {
  const plain = values === undefined ? KINDS[kind] : { type: 'string', enum: values };
  return { ...(nullable ? orNull(plain) : plain), ...(says === undefined ? {} : { description: says }) };
}

const KINDS: Readonly<Record<OwnMember['kind'], Schema>> = {
  text: { type: 'string' },
  texts: { type: 'array', items: { type: 'string' } },
  bool: { type: 'boolean' },
  number: { type: 'number' },
  time: { type: 'string', format: 'date-time' },
  object: { type: 'object' },
  objects: { type: 'array', items: { type: 'object' } },
};
