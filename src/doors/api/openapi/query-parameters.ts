// The parameters of a fetch as components: those of a resource are made once, and named by every address that answers with it.
import type { ResourceShape } from '../../../engine/documents/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { MOST_PAGE_SIZE, PAGE_SIZE } from '../query/read-query.js';
import { type FilterKind, toFilterKind, toFilterSchema } from './filter-schemas.js';
import { type Reference, type Schema, toComponentName } from './json-schema.js';
import { type DescribedApi, nameOf } from './resource-schemas.js';

/** Of one resource, or of one or none. */
export const recordParameters = (
  api: DescribedApi,
  shape: ResourceShape,
  at: 'own' | 'related' = 'own',
): readonly Reference[] => [...memberParameters(api, shape, at), ifNoneMatch(api)];

/** Of a list. */
export const listParameters = (
  api: DescribedApi,
  shape: ResourceShape,
  at: 'own' | 'related' = 'own',
): readonly Reference[] => [
  ...filterParameters(api, shape),
  sortParameter(api, shape),
  ...memberParameters(api, shape, at),
  ...pageParameters(api),
];

/** Of what answers with a resource. At the many addresses of related ones the members of others go without saying. */
export const memberParameters = (
  api: DescribedApi,
  shape: ResourceShape,
  at: 'own' | 'related' = 'own',
): readonly Reference[] => [...includeParameters(api, shape), ...fieldsParameters(api, shape, at)];

/** Of what answers only which resources they are. */
export const identifierParameters = (api: DescribedApi, many: boolean): readonly Reference[] =>
  many ? pageParameters(api) : [ifNoneMatch(api)];

const ifNoneMatch = (api: DescribedApi): Reference =>
  headerParameter(
    api,
    'If-None-Match',
    'An ETag: if it is still that, the answer is 304, without a document.',
  );

export const idParameter = ({ components }: DescribedApi, shape: ResourceShape): Reference =>
  components.refer('parameters', nameOf(shape, 'id'), () => {
    const key = findKeyFields(shape.entity) ?? [];
    const names = key.map((field) => field.name).join(', ');
    const says =
      key.length === 0
        ? 'What tells the record apart; take it from a list.'
        : key.length === 1
          ? `The record's ${names}.`
          : `${names}, joined by commas; in them ~ is written ~0 and a comma ~1.`;
    return { name: 'id', in: 'path', required: true, description: says, schema: { type: 'string' } };
  });

export const headerParameter = ({ components }: DescribedApi, name: string, description: string): Reference =>
  components.refer('parameters', `api.${name.toLowerCase()}`, () => ({
    name,
    in: 'header',
    description,
    schema: { type: 'string' },
  }));

/** A condition on the key, each attribute, and the keys of what relationships to one lead to. */
export function filterParameters(api: DescribedApi, shape: ResourceShape): readonly Reference[] {
  const { components, shapes } = api;
  const toParameter = (path: string, kind: FilterKind, searched = false): Reference =>
    components.refer('parameters', toComponentName(`${shape.type}.filter.${path}`), () => ({
      name: `filter[${path}]`,
      in: 'query',
      style: 'deepObject',
      schema: toFilterSchema(components, kind, searched),
    }));
  const idKind = (other: ResourceShape): FilterKind | undefined => {
    const key = findKeyFields(other.entity);
    return key?.length === 1 ? toFilterKind(key[0]!.type) : undefined;
  };
  const own = idKind(shape);
  return [
    ...(own === undefined ? [] : [toParameter('id', own)]),
    ...shape.attributes.map(({ name, field }) =>
      toParameter(name, toFilterKind(field.type), field.search !== undefined),
    ),
    ...shape.relationships.flatMap(({ name, type, relation }) => {
      if (relation.kind !== 'one') return [];
      const kind = idKind(shapes.byType.get(type)!);
      return kind === undefined ? [] : [toParameter(`${name}.id`, kind)];
    }),
  ];
}

function sortParameter({ components }: DescribedApi, shape: ResourceShape): Reference {
  return components.refer('parameters', nameOf(shape, 'sort'), () => {
    const names = [
      ...(findKeyFields(shape.entity) === undefined ? [] : ['id']),
      ...shape.attributes.filter(({ field }) => field.type.comparable).map(({ name }) => name),
    ];
    return {
      name: 'sort',
      in: 'query',
      description:
        'Attributes in order of weight; a minus before one turns it around. Paths such as `brand.name` go too.',
      style: 'form',
      explode: false,
      schema: {
        type: 'array',
        items: toNamesOrPaths(names.flatMap((name) => [name, `-${name}`])),
      },
    };
  });
}

const PATH = { type: 'string', pattern: '\\.' };

const toNamesOrPaths = (names: readonly string[]): Schema =>
  names.length === 0 ? PATH : { anyOf: [{ type: 'string', enum: names }, PATH] };

function includeParameters({ components }: DescribedApi, shape: ResourceShape): readonly Reference[] {
  if (shape.relationships.length === 0) return [];
  const names = shape.relationships.map(({ name }) => name);
  const parameter = (): Schema => ({
    name: 'include',
    in: 'query',
    description: 'Related records to send along. Paths such as `lines.product` go too.',
    style: 'form',
    explode: false,
    schema: {
      type: 'array',
      items: toNamesOrPaths(names),
    },
  });
  return [components.refer('parameters', nameOf(shape, 'include'), parameter)];
}

/** Of the resource and of those that a relationship of it includes. */
function fieldsParameters(
  { components, shapes }: DescribedApi,
  shape: ResourceShape,
  at: 'own' | 'related',
): readonly Reference[] {
  const others = at === 'own' ? shape.relationships.map(({ type }) => type) : [];
  const types = new Set([shape.type, ...others]);
  return [...types].flatMap((type) => {
    const of = shapes.byType.get(type)!;
    const members = [...of.attributes, ...of.relationships].map(({ name }) => name);
    if (members.length === 0) return [];
    return components.refer('parameters', nameOf(of, 'fields'), () => ({
      name: `fields[${type}]`,
      in: 'query',
      description: `Which members of ${type} are wanted.`,
      style: 'form',
      explode: false,
      schema: {
        type: 'array',
        items: { type: 'string', enum: members },
      },
    }));
  });
}

function pageParameters({ components }: DescribedApi): readonly Reference[] {
  const toParameter = (member: string, description: string, schema: Schema): Reference =>
    components.refer('parameters', `api.page.${member}`, () => ({
      name: `page[${member}]`,
      in: 'query',
      description,
      schema,
    }));
  const number = { type: 'integer', minimum: 1 };
  const cursor = { type: 'string' };
  return [
    toParameter('size', 'Records per page.', { ...number, maximum: MOST_PAGE_SIZE, default: PAGE_SIZE }),
    toParameter('after', "The page after a cursor; an answer's links have it.", cursor),
    toParameter('before', "The page before a cursor; an answer's links have it.", cursor),
    toParameter('number', 'The page by its number. Far ones cost much: cursors do not.', number),
    toParameter('total', 'Whether to count all there are.', { type: 'boolean' }),
  ];
}
