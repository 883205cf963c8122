// What can be wrong with one record of a document, and costs that one only.
import type { ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import { findKeyFields, fromKeyText } from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';

/** `member`: pointer within the record. */
export class Misfit extends Error {
  readonly code: string;
  readonly member: string;

  constructor(code: string, message: string, member: string) {
    super(message);
    this.code = code;
    this.member = member;
  }
}

/** The parts of a key by name. Throws a misfit for what can't be an id of the type. */
export function readKey(shape: ResourceShape, id: string, member = '/id') {
  const fields = findKeyFields(shape.entity) ?? [];
  const values = fromKeyText(id, fields.length);
  if (values && fields.length > 0) return fields.map(({ name }, i) => ({ name, value: values[i]! }));
  throw new Misfit('API-401', `None of the ${shape.type} has the id '${id.slice(0, 60)}'.`, member);
}

export function unknownMember(shape: ResourceShape, name: string, member: string): Misfit {
  const names = [...shape.attributes, ...shape.relationships].map((one) => one.name);
  const meant = didYouMean(name, names);
  const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
  return new Misfit('API-302', `${shape.type} have no '${name.slice(0, 60)}'.${hint}`, member);
}

export function unknownType(type: string, shapes: ResourceShapes): Misfit {
  const meant = didYouMean(type, shapes.byType.keys());
  const hint = meant === undefined ? '' : ` Did you mean '${meant}'?`;
  return new Misfit('API-105', `There is no resource type '${type.slice(0, 60)}'.${hint}`, '/type');
}
