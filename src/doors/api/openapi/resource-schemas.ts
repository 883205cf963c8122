// A resource, what it consists of, and what others say to lead to it, as components. All are named after the type.
import type { Relationship, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import type { ComponentStore } from './component-store.js';
import { relationshipLinksSchema, selfLinkSchema } from './fixed-schemas.js';
import { orNull, type Reference, type Schema, toComponentName } from './json-schema.js';
import { mayBeNone } from './resource-rights.js';
import { toFieldSchema } from './value-schema.js';

/** What the parts of a description are made from. */
export interface DescribedApi {
  readonly components: ComponentStore;
  readonly shapes: ResourceShapes;
  /** What the component is called that is any of them. */
  readonly included: string;
}

export const nameOf = (shape: ResourceShape, part?: string): string =>
  toComponentName(part === undefined ? shape.type : `${shape.type}.${part}`);

export function resourceSchema(api: DescribedApi, shape: ResourceShape): Reference {
  const { components } = api;
  return components.refer('schemas', nameOf(shape), () => ({
    type: 'object',
    required: ['type', 'id', 'links'],
    ...describe(shape),
    properties: {
      type: { const: shape.type },
      id: { type: 'string' },
      ...(shape.attributes.length === 0 ? {} : { attributes: attributesSchema(api, shape) }),
      ...(shape.relationships.length === 0 ? {} : { relationships: relationshipsSchema(api, shape) }),
      links: selfLinkSchema(components),
    },
  }));
}

/** As PostgreSQL names and describes it, for people. */
function describe({ entity, type }: ResourceShape): Schema {
  return {
    ...(entity.label === type ? {} : { title: entity.label }),
    ...(entity.description === undefined ? {} : { description: entity.description }),
  };
}

/** None is required: `fields` leaves out what nobody wants. Others are not ruled out: a client must outlive a new column. */
export const attributesSchema = ({ components }: DescribedApi, shape: ResourceShape): Reference =>
  components.refer('schemas', nameOf(shape, 'attributes'), () => ({
    type: 'object',
    properties: Object.fromEntries(
      shape.attributes.map(({ name, field }) => [name, toFieldSchema(components, field)]),
    ),
  }));

const relationshipsSchema = (api: DescribedApi, shape: ResourceShape): Reference =>
  api.components.refer('schemas', nameOf(shape, 'relationships'), () => ({
    type: 'object',
    properties: Object.fromEntries(
      shape.relationships.map((one) => [one.name, relationshipSchema(api, shape, one)]),
    ),
  }));

/** One is always named; many, and the one of another's unique key, only where they are included. */
function relationshipSchema(api: DescribedApi, shape: ResourceShape, relationship: Relationship): Reference {
  const { relation, type, one } = relationship;
  const other = api.shapes.byType.get(type)!;
  if (!one) return referenceSchema(api, other, 'many');
  if (relation.kind === 'many') return referenceSchema(api, other, 'inverse');
  // A record that the caller may not see is none.
  const hides = (other.entity.access?.view ?? 'all') !== 'all';
  return referenceSchema(api, other, hides || mayBeNone(shape, relation) ? 'optional' : 'one');
}

const PARTS = {
  one: 'reference',
  optional: 'optional-reference',
  inverse: 'inverse-reference',
  many: 'references',
} as const;

/** A relationship that leads to records of the type. */
export function referenceSchema(
  api: DescribedApi,
  shape: ResourceShape,
  kind: keyof typeof PARTS,
): Reference {
  const { components } = api;
  return components.refer('schemas', nameOf(shape, PARTS[kind]), () => {
    const named = kind === 'one' || kind === 'optional';
    return {
      type: 'object',
      ...(named ? { required: ['data'] } : {}),
      properties: { data: linkageSchema(api, shape, kind), links: relationshipLinksSchema(components) },
    };
  });
}

export function linkageSchema(api: DescribedApi, shape: ResourceShape, kind: keyof typeof PARTS): Schema {
  const identifier = identifierSchema(api, shape);
  if (kind === 'many') return { type: 'array', items: identifier };
  return kind === 'one' ? { ...identifier } : orNull({ ...identifier });
}

const identifierSchema = ({ components }: DescribedApi, shape: ResourceShape): Reference =>
  components.refer('schemas', nameOf(shape, 'identifier'), () => ({
    type: 'object',
    required: ['type', 'id'],
    properties: { type: { const: shape.type }, id: { type: 'string' } },
  }));

/** Any resource that may stand in `included`, told apart by its type. */
export const includedSchema = (api: DescribedApi): Reference =>
  api.components.refer('schemas', api.included, () => ({
    type: 'array',
    items: { oneOf: [...api.shapes.byType.values()].map((shape) => resourceSchema(api, shape)) },
  }));
