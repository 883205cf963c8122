// What a column may mean: every field of the entity and every record it can refer to, by all the names they go by.
import type { Catalog, Entity, Field, ToOneRelation } from '../../catalog/catalog.js';
import { findIdentityPaths } from '../identity-paths.js';
import { toPathText } from '../path-text.js';

/** A thing that a column can fill. */
export interface Candidate {
  readonly path: readonly string[];
  readonly text: string;
  readonly field: Field;
  /** Own fields of the entity that are set with it. */
  readonly sets: readonly string[];
  /** Name of the first relation of the path, if it has one. */
  readonly relation?: string;
}

/** One way to call a candidate. */
export interface CandidateName {
  readonly candidate: Candidate;
  readonly name: string;
  /** How sure a header that is exactly this name is: 0 to 1. */
  readonly weight: number;
  /** In words: "the field's label". */
  readonly as: string;
}

/** Every name of every candidate of the entity. */
export function toCandidateNames(catalog: Catalog, entity: Entity): readonly CandidateName[] {
  const own = entity.fields.flatMap((field) => ownNames(entity, field));
  const related = entity.relations.flatMap((relation) =>
    relation.kind === 'one' ? relationNames(catalog, entity, relation) : [],
  );
  return [...own, ...related];
}

function ownNames(entity: Entity, field: Field): readonly CandidateName[] {
  const candidate: Candidate = {
    path: [field.name],
    text: toPathText([field.name]),
    field,
    sets: [field.name],
  };
  return [
    { candidate, name: field.header, weight: 1, as: 'its header' },
    { candidate, name: field.name, weight: 1, as: 'its name' },
    { candidate, name: field.label, weight: 0.98, as: 'its label' },
    { candidate, name: `${entity.name} ${field.name}`, weight: 0.94, as: `its name after ${entity.name}` },
    {
      candidate,
      name: `${entity.label} ${field.label}`,
      weight: 0.94,
      as: `its label after ${entity.label}`,
    },
    ...withoutEntity(entity, field.name).map((name) => ({
      candidate,
      name,
      weight: 0.9,
      as: `its name without ${entity.name}`,
    })),
  ];
}

// `product_name` of product may stand under `Name`.
function withoutEntity(entity: Entity, name: string): readonly string[] {
  const prefix = `${entity.table.toLowerCase()}_`;
  return name.toLowerCase().startsWith(prefix) ? [name.slice(prefix.length)] : [];
}

function relationNames(catalog: Catalog, entity: Entity, relation: ToOneRelation): readonly CandidateName[] {
  const target = catalog.entities.get(relation.entity);
  if (!target) return [];
  const identity = findIdentityPaths(catalog, entity, relation) ?? [];
  const deep = identity.filter((path) => path.length > 2);
  const direct = target.fields.map((field) => [relation.name, field.name]);
  const alone = findAloneName(target, identity);
  return [...direct, ...deep].flatMap((path) => {
    const field = findLeaf(catalog, entity, path);
    if (!field) return [];
    const candidate: Candidate = {
      path,
      text: toPathText(path),
      field,
      sets: relation.fields,
      relation: relation.name,
    };
    const names: CandidateName[] = [
      { candidate, name: path.join(' '), weight: 0.96, as: `the ${field.name} of its ${relation.name}` },
      {
        candidate,
        name: `${relation.label} ${field.label}`,
        weight: 0.95,
        as: `the ${field.label} of its ${relation.label}`,
      },
    ];
    if (path.length === 2 && field.name === alone) {
      const as = `its ${relation.name}, by ${field.name}`;
      names.push(
        { candidate, name: relation.name, weight: 0.92, as },
        { candidate, name: relation.label, weight: 0.92, as },
      );
    }
    return names;
  });
}

/** Words for what people call a record, the best first. */
const CALLING_NAMES = ['name', 'code', 'sku', 'number', 'title', 'key', 'slug', 'email', 'label'];

// Which field a column called like the relation alone holds: the identity if it is one field, else a unique name.
export function findAloneName(target: Entity, identity: readonly (readonly string[])[]): string | undefined {
  const only = identity.length === 1 ? identity[0]! : undefined;
  if (only?.length === 2) return only[1];
  if (identity.length === 0 && target.identity.length === 1) return target.identity[0];
  const unique = target.uniqueKeys.filter((key) => key.fields.length === 1).map((key) => key.fields[0]!);
  return CALLING_NAMES.find((name) => unique.includes(name)) ?? unique[0];
}

function findLeaf(catalog: Catalog, entity: Entity, path: readonly string[]): Field | undefined {
  let current: Entity | undefined = entity;
  for (const step of path.slice(0, -1)) {
    const relation: ToOneRelation | undefined = current?.relations.find(
      (candidate): candidate is ToOneRelation => candidate.kind === 'one' && candidate.name === step,
    );
    current = relation && catalog.entities.get(relation.entity);
  }
  return current?.fields.find((field) => field.name === path.at(-1));
}
