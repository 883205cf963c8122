// An entity as a kind of JSON:API resource: its type, its attributes, its relationships.
import type { Catalog, Entity, Field, Relation } from '../catalog/catalog.js';
import { nameTypes, toFreeName, toMemberName } from './resource-names.js';

export interface Attribute {
  readonly name: string;
  readonly field: Field;
}

export interface Relationship {
  readonly name: string;
  readonly relation: Relation;
  /** The type of the related resources. */
  readonly type: string;
  /** True if it leads to one resource at most. */
  readonly one: boolean;
}

export interface ResourceShape {
  readonly type: string;
  /** What it is called in addresses, below the base of its catalog: the type, but for Dovetail's own things, which have a base of their own. */
  readonly address: string;
  readonly entity: Entity;
  /** Fields that are neither the whole id nor a foreign key which a relationship stands for. */
  readonly attributes: readonly Attribute[];
  readonly relationships: readonly Relationship[];
  /** By field name: what the field is called, where it is an attribute. */
  readonly attributeOf: ReadonlyMap<string, string>;
}

/** Shapes by type, and by what they are called in addresses. */
export interface ResourceShapes {
  readonly byType: ReadonlyMap<string, ResourceShape>;
  readonly byAddress: ReadonlyMap<string, ResourceShape>;
  readonly ofEntity: (name: string) => ResourceShape;
}

const made = new WeakMap<Catalog, ResourceShapes>();

/** The resources that a catalog makes; made once for each. */
export function toResourceShapes(catalog: Catalog): ResourceShapes {
  const known = made.get(catalog);
  if (known) return known;
  const types = nameTypes(catalog);
  const byEntity = new Map<string, ResourceShape>();
  for (const entity of catalog.entities.values()) {
    byEntity.set(entity.name, toShape(catalog, entity, types));
  }
  const shapes: ResourceShapes = {
    byType: new Map([...byEntity.values()].map((shape) => [shape.type, shape])),
    byAddress: new Map([...byEntity.values()].map((shape) => [shape.address, shape])),
    ofEntity: (name) => byEntity.get(name)!,
  };
  made.set(catalog, shapes);
  return shapes;
}

function toShape(catalog: Catalog, entity: Entity, types: ReadonlyMap<string, string>): ResourceShape {
  // "A resource can not have an attribute and relationship with the same name, nor … named type or id."
  const taken = new Set(['id', 'type', 'lid', 'links', 'relationships']);
  const relations = entity.relations.filter((relation) => catalog.entities.has(relation.entity));
  const hidden = new Set(relations.flatMap((relation) => (relation.kind === 'one' ? relation.fields : [])));
  const isId = (field: Field): boolean =>
    entity.primaryKey?.length === 1 && entity.primaryKey[0] === field.name && field.name === 'id';
  const claim = (name: string): string => {
    const wanted = toMemberName(name);
    const free = toFreeName(wanted === 'id' || wanted === 'type' ? `${wanted}-value` : wanted, taken);
    taken.add(free);
    return free;
  };
  const attributes = entity.fields
    .filter((field) => !hidden.has(field.name) && !isId(field))
    .map((field): Attribute => ({ name: claim(field.name), field }));
  const relationships = relations.map(
    (relation): Relationship => ({
      name: claim(relation.name),
      relation,
      type: types.get(relation.entity)!,
      one: relation.kind === 'one' || relation.single,
    }),
  );
  const type = types.get(entity.name)!;
  return {
    type,
    address: entity.query === undefined ? type : entity.table,
    entity,
    attributes,
    relationships,
    attributeOf: new Map(attributes.map(({ name, field }) => [field.name, name])),
  };
}
