// What an address means: a collection, a record, what is related to it, or a relationship of it.
import type { Relationship, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';

export type Target =
  | { readonly kind: 'collection'; readonly shape: ResourceShape }
  | { readonly kind: 'record'; readonly shape: ResourceShape; readonly id: string }
  | {
      readonly kind: 'related' | 'relationship';
      readonly shape: ResourceShape;
      readonly id: string;
      readonly relationship: Relationship;
      /** Of the related resources. */
      readonly other: ResourceShape;
    };

/** `path`: what follows the API's base, without query. Throws API-105 (404). */
export function readTarget(shapes: ResourceShapes, path: string): Target {
  const [type = '', id, name, last, ...rest] = toSegments(path);
  const shape = shapes.byAddress.get(type);
  if (!shape) throw noSuchType(shapes, type);
  if (id === undefined) return { kind: 'collection', shape };
  if (name === undefined) return { kind: 'record', shape, id };
  const kind = name === 'relationships' && last !== undefined ? 'relationship' : 'related';
  const wanted = kind === 'relationship' ? last! : name;
  const relationship = shape.relationships.find((one) => one.name === wanted);
  if (!relationship || rest.length > 0 || (kind === 'related' && last !== undefined)) {
    const names = shape.relationships.map((one) => one.name);
    throw notFound(`${type} have no relationship '${wanted}'.`, didYouMean(wanted, names));
  }
  return { kind, shape, id, relationship, other: shapes.byType.get(relationship.type)! };
}

function toSegments(path: string): readonly string[] {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    throw notFound('The address holds a % that begins no UTF-8 letter.', undefined);
  }
}

/** The same words whether there is none or the caller may not see it. */
function noSuchType(shapes: ResourceShapes, type: string) {
  const meant = didYouMean(type, shapes.byAddress.keys());
  if (meant !== undefined) return notFound(`There is no resource type '${type}'.`, meant);
  return apiError(105, {
    detail: type === '' ? 'The address names no resource type.' : `There is no resource type '${type}'.`,
    hint: "The document openapi.json names what is there for you; what your roles don't let you see is not.",
  });
}

function notFound(detail: string, meant: string | undefined) {
  return apiError(105, { detail, ...(meant === undefined ? {} : { hint: `Did you mean '${meant}'?` }) });
}
