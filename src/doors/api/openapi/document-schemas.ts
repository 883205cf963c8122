// Whole documents: what is answered, and what a client sends.
import type { ResourceShape } from '../../../engine/documents/index.js';
import {
  jsonApiSchema,
  pageLinksSchema,
  pageMetaSchema,
  relationshipLinksSchema,
  selfLinkSchema,
} from './fixed-schemas.js';
import { orNull, type Reference, type Schema } from './json-schema.js';
import {
  listLinkable,
  listSettable,
  mayBeNone,
  mayChooseId,
  requiredAttributes,
  requiredRelationships,
} from './resource-rights.js';
import {
  attributesSchema,
  type DescribedApi,
  includedSchema,
  linkageSchema,
  nameOf,
  referenceSchema,
  resourceSchema,
} from './resource-schemas.js';

/** What a fetch answers: one resource, one or none, many, or only which they are. */
export type DocumentKind = 'one' | 'optional' | 'many' | 'identifier' | 'identifiers';

const PARTS: Readonly<Record<DocumentKind, string>> = {
  one: 'document',
  optional: 'optional-document',
  many: 'collection',
  identifier: 'identifier-document',
  identifiers: 'identifiers-document',
};

export function documentSchema(api: DescribedApi, shape: ResourceShape, kind: DocumentKind): Reference {
  const { components } = api;
  return components.refer('schemas', nameOf(shape, PARTS[kind]), () => {
    const many = kind === 'many' || kind === 'identifiers';
    const links = many
      ? pageLinksSchema(components)
      : kind === 'identifier'
        ? relationshipLinksSchema(components)
        : selfLinkSchema(components);
    return {
      type: 'object',
      required: ['jsonapi', 'links', 'data'],
      properties: {
        jsonapi: jsonApiSchema(components),
        links,
        data: dataSchema(api, shape, kind),
        included: includedSchema(api),
        ...(many ? { meta: pageMetaSchema(components) } : {}),
      },
    };
  });
}

function dataSchema(api: DescribedApi, shape: ResourceShape, kind: DocumentKind): Schema {
  switch (kind) {
    case 'identifier':
      return linkageSchema(api, shape, 'optional');
    case 'identifiers':
      return linkageSchema(api, shape, 'many');
    case 'many':
      return { type: 'array', items: resourceSchema(api, shape) };
    default: {
      const resource: Schema = { ...resourceSchema(api, shape) };
      return kind === 'one' ? resource : orNull(resource);
    }
  }
}

/** What creates a record. */
export function creationSchema(api: DescribedApi, shape: ResourceShape): Reference {
  return api.components.refer('schemas', nameOf(shape, 'creation'), () => {
    const [attributes, relationships] = [requiredAttributes(shape), requiredRelationships(shape)];
    const members = toMembers(api, shape, { attributes, relationships });
    return toBody({
      type: 'object',
      required: [
        'type',
        ...(attributes.length === 0 ? [] : ['attributes']),
        ...(relationships.length === 0 ? [] : ['relationships']),
      ],
      properties: {
        type: { const: shape.type },
        ...(mayChooseId(shape)
          ? {
              id: {
                type: 'string',
                description: 'may be chosen; left out, the attributes or the database say it',
              },
            }
          : {}),
        ...members,
      },
      additionalProperties: false,
    });
  });
}

/** What changes one: the members that are to change. */
export function changeSchema(api: DescribedApi, shape: ResourceShape): Reference {
  return api.components.refer('schemas', nameOf(shape, 'change'), () =>
    toBody({
      type: 'object',
      required: ['type', 'id'],
      properties: {
        type: { const: shape.type },
        id: { type: 'string' },
        ...toMembers(api, shape, { attributes: [], relationships: [] }),
      },
      additionalProperties: false,
    }),
  );
}

const toBody = (data: Schema): Schema => ({ type: 'object', required: ['data'], properties: { data } });

function toMembers(
  api: DescribedApi,
  shape: ResourceShape,
  required: { readonly attributes: readonly string[]; readonly relationships: readonly string[] },
): Schema {
  const settable = [...listSettable(shape), ...listLinkable(api.shapes, shape)];
  return {
    ...(shape.attributes.length === 0
      ? {}
      : { attributes: demand(attributesSchema(api, shape), required.attributes) }),
    ...(settable.length === 0
      ? {}
      : { relationships: demand(settableSchema(api, shape), required.relationships) }),
  };
}

/** The form that generators of typed clients understand. */
const demand = (schema: Reference, required: readonly string[]): Schema =>
  required.length === 0 ? { ...schema } : { allOf: [schema], required };

/** The relationships that a document may set. */
const settableSchema = (api: DescribedApi, shape: ResourceShape): Reference =>
  api.components.refer('schemas', nameOf(shape, 'settable'), () => ({
    type: 'object',
    properties: Object.fromEntries([
      ...listSettable(shape).map(({ name, relation, type }) => [
        name,
        referenceSchema(api, api.shapes.byType.get(type)!, mayBeNone(shape, relation) ? 'optional' : 'one'),
      ]),
      ...listLinkable(api.shapes, shape).map(({ name, type, one }) => [
        name,
        referenceSchema(api, api.shapes.byType.get(type)!, one ? 'optional' : 'many'),
      ]),
    ]),
    additionalProperties: false,
  }));

/** What sets one relationship. */
export const linkageBodySchema = (
  api: DescribedApi,
  other: ResourceShape,
  kind: 'one' | 'optional' | 'many',
): Schema => toBody(linkageSchema(api, other, kind));
