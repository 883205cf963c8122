// How a record of a batch is found among those that are stored: by its id, by what identifies it, or not at all, because it is new.
import type { Entity } from '../../../engine/catalog/index.js';
import type { ResourceShape } from '../../../engine/documents/index.js';
import { findDrawnKey, type Strategy } from '../../../engine/records/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import { narrowStrategy } from './strategy.js';

/** `late`: what is set on records of the batch once others are written. `refused`: it can't be written. */
export type Way = 'key' | 'identity' | 'add' | 'late' | 'refused';
export const WAYS: readonly Way[] = ['refused', 'key', 'identity', 'add', 'late'];

export interface WayPlan {
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly keyDrawn: boolean;
  readonly kind: 'records' | 'late' | 'refused';
}

export const NOT_WRITTEN: WayPlan = { strategy: 'add', identity: [], keyDrawn: false, kind: 'refused' };

/** `has`: whether the record has a value for the field of that name. */
export function chooseWay(
  { entity }: ResourceShape,
  id: string | undefined,
  has: (field: string) => boolean,
): Exclude<Way, 'refused'> {
  if (id !== undefined) return 'key';
  const { identity } = entity;
  return identity.length > 0 && identity.every(has) ? 'identity' : 'add';
}

/** In words, why records can't be written this way; else how they are. */
export function planWay(
  shape: ResourceShape,
  way: Exclude<Way, 'refused'>,
  wanted: Strategy | undefined,
): WayPlan | string {
  const { entity } = shape;
  const key = (findKeyFields(entity) ?? []).map((field) => field.name);
  const plain = { keyDrawn: false, kind: 'records' } as const;
  const strategy = narrowStrategy(entity, wanted);
  switch (way) {
    case 'late':
      return { ...plain, strategy: 'update', identity: key, kind: 'late' };
    case 'identity':
      return { ...plain, strategy, identity: entity.identity };
    case 'key':
      if (key.length === 0) return `${shape.type} have no id by which they could be found`;
      if (!isKeyMade(entity)) return { ...plain, strategy, identity: key };
      // Others refer to a record by the number it has: none is made with a number that somebody chose.
      if (strategy === 'add') return `the id of ${shape.type} can't be chosen`;
      return { ...plain, strategy: strategy === 'add_or_update' ? 'update' : strategy, identity: key };
    case 'add': {
      if (strategy === 'update' || strategy === 'delete') {
        const by = entity.identity.length === 0 ? '' : `, nor its ${entity.identity.join(', ')}`;
        return `neither the id of the record is said${by}`;
      }
      const drawn = findDrawnKey(entity);
      return {
        ...plain,
        strategy: 'add',
        identity: drawn ? [drawn.name] : [],
        keyDrawn: drawn !== undefined,
      };
    }
  }
}

const isKeyMade = (entity: Entity): boolean =>
  (findKeyFields(entity) ?? []).some(
    (field) => field.readOnly || field.generated === 'always' || field.generated === 'stored',
  );
