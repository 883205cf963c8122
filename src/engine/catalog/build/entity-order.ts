// The display order of entities: what is referred to comes before what refers to it, as far as cycles allow.
import type { Entity, ToOneRelation } from '../catalog.js';

/** An entity that waits for those it refers to. */
interface Waiting {
  readonly entity: Entity;
  /** Relations to entities not yet placed, and those among them that must be set at once. */
  open: number;
  hard: number;
}

/**
 * Sorts by the to-one relations, by name where they leave a choice, views last. A cycle is cut at the entity with the
 * fewest relations that must be set at once and lead to what is not there yet.
 */
export function toReferenceOrder(entities: readonly Entity[]): readonly Entity[] {
  const sorted = [...entities].sort((a, b) => (a.name < b.name ? -1 : 1));
  const waiting = new Map<string, Waiting>();
  for (const entity of sorted) if (!isView(entity)) waiting.set(entity.name, { entity, open: 0, hard: 0 });
  const referring = new Map<string, [Waiting, ToOneRelation][]>();
  for (const one of waiting.values()) {
    for (const relation of one.entity.relations) {
      if (relation.kind !== 'one' || relation.entity === one.entity.name || !waiting.has(relation.entity))
        continue;
      one.open++;
      if (isHard(relation)) one.hard++;
      const list = referring.get(relation.entity) ?? [];
      list.push([one, relation]);
      referring.set(relation.entity, list);
    }
  }
  const result: Entity[] = [];
  while (waiting.size > 0) {
    const { entity } = readNext(waiting.values());
    result.push(entity);
    waiting.delete(entity.name);
    for (const [one, relation] of referring.get(entity.name) ?? []) {
      one.open--;
      if (isHard(relation)) one.hard--;
    }
  }
  return [...result, ...sorted.filter(isView)];
}

function readNext(waiting: Iterable<Waiting>): Waiting {
  let best: Waiting | undefined;
  for (const one of waiting) {
    if (one.open === 0) return one;
    if (best === undefined || one.hard < best.hard || (one.hard === best.hard && one.open < best.open))
      best = one;
  }
  return best as Waiting;
}

function isHard(relation: ToOneRelation): boolean {
  return !relation.nullable && !relation.deferrable;
}

function isView(entity: Entity): boolean {
  return entity.kind === 'view' || entity.kind === 'materialized view';
}
