// What is to be read for a query: which members and linkage of each type, and which records around which.
import type { Attribute, ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import type { TreeNode } from '../../../engine/records/read/index.js';
import type { FetchQuery, Inclusion } from '../query/read-query.js';

/** A type as this answer shows it: every resource of it alike, however it was reached. */
export interface ShownType {
  readonly shape: ResourceShape;
  readonly attributes: readonly Attribute[];
  /** Names of relationships that are shown. */
  readonly relationships: ReadonlySet<string>;
  /** Relations whose keys are read, in the order in which a row has them. */
  readonly linkage: readonly string[];
}

/** Types by name, then the root node of the reading. */
export function toTree(
  shapes: ResourceShapes,
  root: ResourceShape,
  { include, fields }: Pick<FetchQuery, 'include' | 'fields'>,
): { readonly types: ReadonlyMap<string, ShownType>; readonly node: TreeNode } {
  // "Full linkage": whatever is included is named by the resources that lead to it.
  const linked = new Map<string, Set<string>>();
  const collect = (shape: ResourceShape, inclusions: readonly Inclusion[]): void => {
    const relations = linked.get(shape.type) ?? new Set();
    linked.set(shape.type, relations);
    for (const { relationship, include: next } of inclusions) {
      relations.add(relationship.relation.name);
      collect(shapes.byType.get(relationship.type)!, next);
    }
  };
  collect(root, include);
  const types = new Map(
    [...linked].map(([type, relations]) => [
      type,
      toShown(shapes.byType.get(type)!, relations, fields.get(type)),
    ]),
  );
  const toNode = (shape: ResourceShape, inclusions: readonly Inclusion[]): TreeNode => {
    const { attributes, linkage } = types.get(shape.type)!;
    return {
      entity: shape.entity,
      members: attributes,
      linkage,
      include: inclusions.map(({ relationship, include: next }) => ({
        relation: relationship.relation.name,
        node: toNode(shapes.byType.get(relationship.type)!, next),
      })),
    };
  };
  return { types, node: toNode(root, include) };
}

function toShown(
  shape: ResourceShape,
  linked: ReadonlySet<string>,
  wanted: ReadonlySet<string> | undefined,
): ShownType {
  const isShown = (name: string): boolean => wanted?.has(name) ?? true;
  const shown = shape.relationships.filter((one) => isShown(one.name));
  return {
    shape,
    attributes: shape.attributes.filter((one) => isShown(one.name)),
    relationships: new Set(shown.map((one) => one.name)),
    // One related resource is named always; of many only where they are included: they may be millions.
    linkage: shown
      .filter(({ relation }) => relation.kind === 'one' || linked.has(relation.name))
      .map(({ relation }) => relation.name),
  };
}
