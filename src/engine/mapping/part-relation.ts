// A part of a mapping held against the catalog: which table its records are in, and how they belong to the record.
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { Catalog, Entity, ToManyRelation, ToOneRelation } from '../catalog/catalog.js';
import { isImported, type MappedPart } from './mapping.js';
import { type ResolvedField, resolveField } from './mapping-problems.js';

export interface PartRelation {
  readonly relation: ToManyRelation;
  /** Where the part's records are written: behind the relation, or the table that joins the two. */
  readonly entity: Entity;
  /** The relation of those records that leads back to the record they belong to. */
  readonly back: string;
  /** Its own fields, and what they equal in the owner. */
  readonly fields: readonly string[];
  readonly ownerFields: readonly string[];
  /** What goes before every path of the part: the way from the joining table to the other side. */
  readonly prefix: readonly string[];
  /** The part's imported fields. Those of a many-to-many relation lead over the joining table. */
  readonly resolved: readonly ResolvedField[];
  readonly identity: readonly string[];
}

export interface PartProblem {
  readonly number: 202 | 203 | 204 | 208 | 210 | 211;
  readonly detail: string;
  readonly hint?: string;
  /** The key within the part: empty for the part itself. */
  readonly key: string;
}

/** The part's relation with its fields resolved, or the first thing that is wrong with it. */
export function findPartRelation(
  catalog: Catalog,
  owner: Entity,
  name: string,
  part: MappedPart,
): PartRelation | PartProblem {
  const relation = owner.relations.find((candidate) => candidate.name === name);
  const many = owner.relations.filter((candidate) => candidate.kind === 'many');
  if (relation?.kind !== 'many') {
    const near = didYouMean(
      name,
      many.map((candidate) => candidate.name),
    );
    const known = many.map((candidate) => candidate.name).join(', ');
    return {
      number: 210,
      key: '',
      detail: `${owner.name} has no relation ${name} to many records`,
      hint: near === undefined ? `It has: ${known || 'none'}.` : `Did you mean ${near}?`,
    };
  }
  const entity = catalog.entities.get(relation.through?.entity ?? relation.entity);
  if (!entity?.writable) {
    return { number: 210, key: '', detail: `Records of ${entity?.name ?? relation.entity} can't be written` };
  }
  const back = findBack(entity, owner.name, relation.targetFields);
  const onward = relation.through && findBack(entity, relation.entity, relation.through.fields);
  if (!back || (relation.through && !onward)) {
    return { number: 210, key: '', detail: `No relation of ${entity.name} leads back to ${owner.name}` };
  }
  const prefix = onward ? [onward.name] : [];
  const resolved = resolveFields(catalog, entity, part, prefix);
  if ('number' in resolved) return resolved;
  const identity = chooseIdentity(entity, part, back, resolved);
  if ('number' in identity) return identity;
  return {
    relation,
    entity,
    back: back.name,
    fields: back.fields,
    ownerFields: back.targetFields,
    prefix,
    resolved,
    identity,
  };
}

export function findBack(
  entity: Entity,
  target: string,
  fields: readonly string[],
): ToOneRelation | undefined {
  return entity.relations.find(
    (candidate): candidate is ToOneRelation =>
      candidate.kind === 'one' &&
      candidate.entity === target &&
      candidate.fields.length === fields.length &&
      candidate.fields.every((name) => fields.includes(name)),
  );
}

function resolveFields(
  catalog: Catalog,
  entity: Entity,
  part: MappedPart,
  prefix: readonly string[],
): readonly ResolvedField[] | PartProblem {
  const resolved: ResolvedField[] = [];
  for (const [index, mapped] of part.fields.entries()) {
    const field = prefix.length === 0 ? mapped.field : `${prefix.join('.')}.${mapped.field}`;
    const found = resolveField(catalog, entity, { ...mapped, field }, index);
    const key = `.fields[${index}].field`;
    if (found === undefined) continue;
    if ('number' in found) {
      const hint = found.hint === undefined ? {} : { hint: found.hint };
      return { number: 202, key, detail: found.detail, ...hint };
    }
    if (!isImported(mapped)) continue;
    const twice = resolved.some((other) => other.target.path.join('\0') === found.target.path.join('\0'));
    if (twice) return { number: 204, key, detail: `${mapped.field} is set twice` };
    resolved.push(found);
  }
  if (resolved.length > 0) return resolved;
  return {
    number: 208,
    key: '.fields',
    detail: 'No field is mapped',
    hint: 'List columns and fields under fields.',
  };
}

// Of the keys that are set the one that says the least besides the owner, but something.
function chooseIdentity(
  entity: Entity,
  part: MappedPart,
  back: ToOneRelation,
  resolved: readonly ResolvedField[],
): readonly string[] | PartProblem {
  const set = new Set([...back.fields, ...resolved.flatMap((field) => field.sets)]);
  if (part.identity) {
    const fields = part.identity.flatMap((name): readonly string[] => {
      const relation = entity.relations.find((candidate) => candidate.name === name);
      if (relation?.kind === 'one') return relation.fields;
      return [name];
    });
    const missing = fields.find((name) => !set.has(name));
    if (missing === undefined) return [...new Set(fields)];
    return { number: 211, key: '.identity', detail: `Nothing is mapped to ${missing}` };
  }
  const covered = (fields: readonly string[]): boolean =>
    fields.length > 0 && fields.every((name) => set.has(name));
  const keys = [entity.identity, ...entity.uniqueKeys.map((key) => key.fields)].filter(covered);
  const [best] = keys.sort((a, b) => a.length - b.length);
  if (best) return best;
  return {
    number: 211,
    key: '',
    detail: `Nothing tells the records of ${entity.name} that belong to one record apart: none of its keys is mapped whole`,
    hint: `Name the fields with identity, such as [${[back.name, resolved[0]!.sets[0]].join(', ')}].`,
  };
}
