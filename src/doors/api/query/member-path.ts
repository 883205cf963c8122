// Paths as clients write them, in names of members (`brand.name`), as paths of the catalog.
import type { ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { apiError } from '../api-errors.js';

const MOST_STEPS = 8;

/** `id` at the end means the key, where it is one field. A relationship may stand last where `ends` says so. Throws API-202. */
export function toCatalogPath(
  shapes: ResourceShapes,
  shape: ResourceShape,
  text: string,
  parameter: string,
  ends: 'attribute' | 'any' = 'attribute',
): readonly string[] {
  const steps = text.split('.');
  if (steps.length > MOST_STEPS) throw unfit(parameter, `${text} has more than ${MOST_STEPS} steps.`);
  const path: string[] = [];
  let at = shape;
  for (const [i, step] of steps.entries()) {
    const last = i === steps.length - 1;
    const attribute = last ? findField(at, step) : undefined;
    if (attribute !== undefined) return [...path, attribute];
    const relationship = at.relationships.find((one) => one.name === step);
    if (!relationship || (last && ends === 'attribute')) throw unknown(at, step, parameter, last);
    path.push(relationship.relation.name);
    at = shapes.byType.get(relationship.type)!;
  }
  return path;
}

function findField(shape: ResourceShape, name: string): string | undefined {
  if (name === 'id') {
    const key = findKeyFields(shape.entity);
    return key?.length === 1 ? key[0]!.name : undefined;
  }
  return shape.attributes.find((one) => one.name === name)?.field.name;
}

function unknown(shape: ResourceShape, name: string, parameter: string, last: boolean) {
  const names = [
    ...(last ? shape.attributes.map((one) => one.name) : []),
    ...shape.relationships.map((one) => one.name),
  ];
  const meant = didYouMean(name, names);
  const isRelationship = shape.relationships.some((one) => one.name === name);
  return unfit(
    parameter,
    isRelationship
      ? `${shape.type}.${name} is a relationship; name an attribute behind it.`
      : `${shape.type} have no ${last ? 'attribute or relationship' : 'relationship'} '${name}'.`,
    meant === undefined || isRelationship ? undefined : `Did you mean '${meant}'?`,
  );
}

const unfit = (parameter: string, detail: string, hint?: string) =>
  apiError(202, { detail, ...(hint === undefined ? {} : { hint }), pointer: { parameter } });
