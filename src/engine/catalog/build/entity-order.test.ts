import { expect, it } from 'vitest';
import type { Entity, ToOneRelation } from '../catalog.js';
import { toReferenceOrder } from './entity-order.js';

function entity(name: string, to: readonly (string | { entity: string; nullable: boolean })[] = []): Entity {
  const relations = to.map((one): ToOneRelation => {
    const { entity, nullable } = typeof one === 'string' ? { entity: one, nullable: false } : one;
    return {
      kind: 'one',
      name: entity,
      label: entity,
      entity,
      fields: [],
      targetFields: [],
      constraint: '',
      nullable,
      deferrable: false,
    };
  });
  return {
    name,
    schema: 'public',
    table: name,
    kind: name.startsWith('v_') ? 'view' : 'table',
    label: name,
    fields: [],
    relations,
    uniqueKeys: [],
    identity: [],
    checks: [],
    writable: true,
    hasTriggers: false,
    full: false,
  };
}

const order = (entities: readonly Entity[]) => toReferenceOrder(entities).map((one) => one.name);

it('puts what is referred to first, else goes by name', () => {
  expect(order([entity('a', ['z']), entity('z'), entity('m')])).toEqual(['m', 'z', 'a']);
});

it('puts views last', () => {
  expect(order([entity('v_a'), entity('b')])).toEqual(['b', 'v_a']);
});

it('bears references to itself and to what is not there', () => {
  expect(order([entity('a', ['a']), entity('b', ['gone'])])).toEqual(['a', 'b']);
});

it('cuts a cycle where a reference may be null', () => {
  expect(order([entity('a', ['b']), entity('b', [{ entity: 'a', nullable: true }])])).toEqual(['b', 'a']);
});

it('ends on a cycle of references that must all be set', () => {
  expect(
    order([entity('a', ['b']), entity('b', ['c']), entity('c', ['a']), entity('d', ['a'])]).sort(),
  ).toEqual(['a', 'b', 'c', 'd']);
});
