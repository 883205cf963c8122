import { describe, expect, it } from 'vitest';
import type { AccessAction, Catalog, Entity, Field, Relation } from '../../catalog/index.js';
import { ACCESS_ACTIONS, describeStrategies } from '../../catalog/index.js';
import type { AccessLevel, CallerGrants, FieldException, RoleGrants } from './grants.js';
import { restrictCatalog } from './restrict-catalog.js';

type Part = Partial<RoleGrants>;

function role(...parts: readonly Part[]): RoleGrants {
  return {
    permissions: parts.flatMap((part) => part.permissions ?? []),
    fields: parts.flatMap((part) => part.fields ?? []),
  };
}

function by(...parts: readonly Part[]): CallerGrants {
  return { roles: [role(...parts)] };
}

function allow(entity: string, level: AccessLevel, ...actions: readonly AccessAction[]): Part {
  return { permissions: actions.map((action) => ({ entity, action, level })) };
}

function hide(entity: string, field: string): Part {
  return { fields: [{ entity, field, view: false, edit: false } satisfies FieldException] };
}

function freeze(entity: string, field: string): Part {
  return { fields: [{ entity, field, view: true, edit: false }] };
}

function field(name: string): Field {
  const type = {
    sql: 'text',
    base: 'text',
    kind: 'base',
    array: false,
    deterministic: true,
    comparable: true,
  } as const;
  return { name, label: name, header: name, type, nullable: false, readOnly: false };
}

function entity(
  name: string,
  fields: readonly string[],
  relations: readonly Relation[],
  more: Partial<Entity> = {},
): Entity {
  return {
    name,
    schema: 'public',
    table: name,
    kind: 'table',
    label: name,
    fields: fields.map(field),
    relations,
    uniqueKeys: [],
    identity: [],
    checks: [],
    writable: true,
    rights: { insert: true, update: true, delete: true },
    hasTriggers: false,
    full: false,
    ...more,
  };
}

function toOne(name: string, target: string, own: string): Relation {
  return {
    kind: 'one',
    name,
    label: name,
    entity: target,
    fields: [own],
    targetFields: ['id'],
    constraint: `${name}_fkey`,
    nullable: false,
    deferrable: false,
  };
}

function toMany(
  name: string,
  target: string,
  targetField: string,
  through?: readonly [string, string],
): Relation {
  return {
    kind: 'many',
    name,
    label: name,
    entity: target,
    fields: ['id'],
    targetFields: [targetField],
    single: false,
    ...(through && { through: { entity: through[0], fields: [through[1]], targetFields: ['id'] } }),
  };
}

const unique = (name: string, ...fields: readonly string[]) => ({
  name,
  fields,
  primary: name.endsWith('_pkey'),
  total: true,
  immediate: true,
});

const SHOP: Catalog = {
  fingerprint: 'shop',
  leftOut: new Map([['log', 'the configuration excludes it']]),
  entities: new Map(
    [
      entity('brand', ['id', 'name'], [toMany('products', 'product', 'brand_id')]),
      entity(
        'product',
        ['id', 'sku', 'brand_id', 'price', 'owner', 'unit'],
        [toOne('brand', 'brand', 'brand_id'), toMany('tags', 'tag', 'product_id', ['product_tag', 'tag_id'])],
        {
          primaryKey: ['id'],
          uniqueKeys: [unique('product_pkey', 'id'), unique('product_sku', 'sku')],
          identity: ['sku'],
          identityReason: 'unique',
          checks: [
            { name: 'dear', expression: 'price > 0', fields: ['price'] },
            { name: 'named', expression: "sku <> ''", fields: ['sku'] },
          ],
          rules: [{ name: 'short', field: 'sku', maxLength: 5 }],
          setByTriggers: ['price', 'sku'],
          owner: { field: 'owner' },
          unit: { field: 'unit' },
        },
      ),
      entity('tag', ['id', 'name'], [toMany('products', 'product', 'tag_id', ['product_tag', 'product_id'])]),
      entity(
        'product_tag',
        ['product_id', 'tag_id'],
        [toOne('product', 'product', 'product_id'), toOne('tag', 'tag', 'tag_id')],
      ),
    ].map((one) => [one.name, one]),
  ),
};

describe('the catalog of a caller', () => {
  it('has nothing for a caller without roles, and names nothing', () => {
    const restricted = restrictCatalog(SHOP, { roles: [] });
    expect([...restricted.entities]).toEqual([]);
    expect([...(restricted.leftOut ?? [])]).toEqual([]);
  });

  it('has everything for an administrator, with rules that say so', () => {
    const restricted = restrictCatalog(SHOP, by(allow('*', 'all', ...ACCESS_ACTIONS)));
    expect([...restricted.entities.keys()]).toEqual([...SHOP.entities.keys()]);
    for (const entity of restricted.entities.values()) {
      const { access, ...rest } = entity;
      expect(rest).toEqual(SHOP.entities.get(entity.name));
      expect(new Set(Object.values(access!))).toEqual(new Set(['all']));
    }
    expect(restricted.leftOut).toEqual(SHOP.leftOut);
  });

  it('loses an entity that can not be viewed, with the relations to and through it', () => {
    const names = (hidden: string) => {
      const restricted = restrictCatalog(SHOP, by(allow('*', 'all', 'view'), allow(hidden, 'none', 'view')));
      expect(restricted.entities.has(hidden)).toBe(false);
      expect(restricted.leftOut?.has(hidden)).toBe(false);
      return Object.fromEntries(
        [...restricted.entities.values()].map((entity) => [entity.name, entity.relations.map((r) => r.name)]),
      );
    };
    expect(names('brand')).toEqual({ product: ['tags'], tag: ['products'], product_tag: ['product', 'tag'] });
    expect(names('product_tag')).toEqual({ brand: ['products'], product: ['brand'], tag: [] });
  });

  it('loses a field that can not be viewed, with the relations, keys, checks and rules it is part of', () => {
    const seen = (field: string) =>
      restrictCatalog(
        SHOP,
        by(allow('*', 'all', 'view', 'create'), hide('product', field), hide('product_tag', 'tag_id')),
      );
    const product = seen('brand_id').entities.get('product')!;
    expect(product.fields.map((field) => field.name)).toEqual(['id', 'sku', 'price', 'owner', 'unit']);
    expect(product.relations).toEqual([]);
    expect(seen('brand_id').entities.get('brand')?.relations).toEqual([]);
    expect(
      seen('brand_id')
        .entities.get('product_tag')
        ?.relations.map((r) => r.name),
    ).toEqual(['product']);
    expect(product.identity).toEqual(['sku']);

    const keyless = seen('sku').entities.get('product')!;
    expect(keyless).toMatchObject({ primaryKey: ['id'], identity: [] });
    expect(keyless.identityReason).toBe('you do not see every field of it');
    expect(keyless.uniqueKeys.map((key) => key.name)).toEqual(['product_pkey']);
    expect(keyless.rules).toEqual([]);
    expect(keyless.checks.map((check) => check.name)).toEqual(['dear']);
    expect(keyless.setByTriggers).toEqual(['price']);

    const rootless = seen('id').entities.get('product')!;
    expect('primaryKey' in rootless).toBe(false);
    expect(rootless.relations.map((relation) => relation.name)).toEqual(['brand']);
  });

  it('has a field that can not be edited as read-only, with a reason', () => {
    const grants = by(allow('product', 'all', 'view', 'update'), freeze('product', 'price'));
    const { fields } = restrictCatalog(SHOP, grants).entities.get('product')!;
    expect(fields.find((field) => field.name === 'price')).toMatchObject({
      readOnly: true,
      readOnlyReason: 'no role of yours lets you change it',
    });
    expect(fields.find((field) => field.name === 'sku')?.readOnly).toBe(false);
  });

  it('says by action with which records', () => {
    const grants = {
      ...by(
        allow('product', 'organization', 'view', 'export'),
        allow('product', 'unit_and_below', 'update'),
        allow('product', 'unit', 'create'),
        allow('product', 'own', 'delete'),
      ),
      subject: 'ann',
      units: { own: 'b', below: ['b', 'c'], organization: ['a', 'b', 'c', 'd'] },
    };
    const product = restrictCatalog(SHOP, grants).entities.get('product')!;
    expect(product.access).toEqual({
      view: { field: 'unit', in: ['a', 'b', 'c', 'd'] },
      export: { field: 'unit', in: ['a', 'b', 'c', 'd'] },
      update: { field: 'unit', in: ['b', 'c'] },
      create: { field: 'unit', in: ['b'] },
      delete: { field: 'owner', in: ['ann'] },
      import: 'none',
    });
    expect(product).toMatchObject({
      writable: true,
      rights: { insert: true, update: true, delete: true },
    });
  });

  it('lets nobody change, remove or export what they may not see', () => {
    const grants = {
      ...by(allow('*', 'all', ...ACCESS_ACTIONS), allow('product', 'own', 'view')),
      subject: 'ann',
    };
    const own = { field: 'owner', in: ['ann'] };
    expect(restrictCatalog(SHOP, grants).entities.get('product')?.access).toEqual({
      view: own,
      update: own,
      delete: own,
      export: own,
      create: 'all',
      import: 'all',
    });
  });

  it('is not writable where neither creating nor updating nor deleting is allowed', () => {
    const reader = restrictCatalog(SHOP, by(allow('*', 'all', 'view', 'export')));
    expect(reader.entities.get('product')).toMatchObject({
      writable: false,
      readOnlyReason: 'no role of yours lets you change it',
      rights: { insert: false, update: false, delete: false },
    });
    const remover = restrictCatalog(SHOP, by(allow('*', 'all', 'view', 'delete')));
    const product = remover.entities.get('product')!;
    expect(product).toMatchObject({
      writable: true,
      rights: { insert: false, update: false, delete: true },
    });
    expect(describeStrategies(product).find((one) => one.name === 'update')?.why).toBe('you may not update');
  });

  it('gives nothing for a level that nothing can be held against, and says why', () => {
    const own = restrictCatalog(SHOP, { ...by(allow('*', 'own', 'view')), subject: 'ann' });
    expect([...own.entities.keys()]).toEqual(['product']);
    expect(own.leftOut?.get('brand')).toContain("nothing says who owns a record of 'brand'");
    const nobody = restrictCatalog(SHOP, by(allow('product', 'own', 'view')));
    expect(nobody.leftOut?.get('product')).toContain('the caller has no subject');
    const unitless = restrictCatalog(SHOP, by(allow('product', 'unit', 'view')));
    expect(unitless.leftOut?.get('product')).toContain('the caller belongs to no unit');
    const written = restrictCatalog(
      SHOP,
      by(allow('brand', 'all', 'view'), allow('brand', 'unit', 'update')),
    );
    expect(written.entities.get('brand')).toMatchObject({
      writable: false,
      readOnlyReason: "nothing says to which unit a record of 'brand' belongs",
    });
  });
});

describe('several roles', () => {
  const units = { own: 'b', below: ['b', 'c'], organization: ['a', 'b', 'c'] };
  const viewOf = (grants: CallerGrants) =>
    restrictCatalog(SHOP, grants).entities.get('product')?.access?.view;

  it('add up: the widest level wins', () => {
    const both = [role(allow('product', 'own', 'view')), role(allow('*', 'unit', 'view'))];
    expect(viewOf({ roles: both, subject: 'ann', units })).toEqual({ field: 'unit', in: ['b'] });
    expect(viewOf({ roles: [...both, role(allow('*', 'all', 'view'))], units })).toBe('all');
    expect(viewOf({ roles: both, subject: 'ann' })).toEqual({ field: 'owner', in: ['ann'] });
  });

  it('unite the values of rules on one field', () => {
    const sameField = new Map(SHOP.entities);
    sameField.set('product', { ...SHOP.entities.get('product')!, unit: { field: 'owner' } });
    const both = [role(allow('*', 'own', 'view')), role(allow('*', 'unit_and_below', 'view'))];
    const restricted = restrictCatalog(
      { ...SHOP, entities: sameField },
      { roles: both, subject: 'ann', units },
    );
    expect(restricted.entities.get('product')?.access?.view).toEqual({
      field: 'owner',
      in: ['ann', 'b', 'c'],
    });
  });

  it('show a field that one of them shows, and let it be changed if one of them lets it', () => {
    const clerk = role(allow('product', 'all', 'view', 'update'), hide('product', 'price'));
    const buyer = role(allow('product', 'all', 'view'), freeze('product', 'price'));
    const price = (...roles: RoleGrants[]) =>
      restrictCatalog(SHOP, { roles })
        .entities.get('product')
        ?.fields.find((field) => field.name === 'price');
    expect(price(clerk)).toBeUndefined();
    expect(price(clerk, buyer)).toMatchObject({ readOnly: true });
    expect(price(clerk, buyer, role(allow('product', 'all', 'create')))).toMatchObject({ readOnly: false });
    // A role that says nothing of the entity doesn't show its fields either.
    expect(price(clerk, role(allow('brand', 'all', 'view')))).toBeUndefined();
  });

  it('say of an entity what the one says by its name rather than by *', () => {
    const narrowed = role(allow('*', 'all', 'view'), allow('product', 'own', 'view'));
    expect(viewOf({ roles: [narrowed], subject: 'ann' })).toEqual({ field: 'owner', in: ['ann'] });
    expect(viewOf({ roles: [narrowed, role(allow('*', 'all', 'view'))], subject: 'ann' })).toBe('all');
  });
});

describe('the fingerprint', () => {
  const print = (grants: CallerGrants) => restrictCatalog(SHOP, grants).fingerprint;

  it('differs by what is granted, to whom, and by the catalog', () => {
    const one = by(allow('*', 'own', 'view'));
    const all = [
      SHOP.fingerprint,
      print(one),
      print({ ...one, subject: 'ann' }),
      print({ ...one, subject: 'bob' }),
      print(by(allow('*', 'unit', 'view'))),
      print({ ...by(allow('*', 'unit', 'view')), units: { own: 'a', below: ['a'], organization: ['a'] } }),
      print({
        ...by(allow('*', 'unit', 'view')),
        units: { own: 'a', below: ['a', 'b'], organization: ['a', 'b'] },
      }),
      print(by(allow('*', 'all', 'view'))),
      print(by(allow('*', 'own', 'view'), hide('product', 'price'))),
      print(by(allow('*', 'own', 'view'), freeze('product', 'price'))),
      restrictCatalog({ ...SHOP, fingerprint: 'other' }, one).fingerprint,
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('is the same for all whose subject and unit decide nothing', () => {
    const reader = by(allow('*', 'all', 'view'));
    const units = { own: 'a', below: ['a'], organization: ['a'] };
    expect(print({ ...reader, subject: 'ann', units })).toBe(print(reader));
    const sales = by(allow('*', 'own', 'view'));
    expect(print({ ...sales, units })).toBe(print(sales));
  });

  it('is the same whatever the order of roles and of what they say', () => {
    const [a, b] = [allow('product', 'all', 'view'), allow('brand', 'all', 'view')];
    expect(print(by(a, b))).toBe(print(by(b, a)));
    expect(print({ roles: [role(a), role(b)] })).toBe(print({ roles: [role(b), role(a)] }));
  });
});

describe('a table whose name another schema has by now', () => {
  const entities = new Map(SHOP.entities);
  const brand = SHOP.entities.get('brand')!;
  entities.delete('brand');
  entities.set('public.brand', { ...brand, name: 'public.brand' });
  entities.set('old.brand', { ...brand, name: 'old.brand', schema: 'old' });
  const seen = (...parts: readonly Part[]) => restrictCatalog({ ...SHOP, entities }, by(...parts)).entities;

  it('keeps what narrows, and gets nothing by the name both had', () => {
    expect([...seen(allow('brand', 'all', 'view')).keys()]).toEqual([]);
    expect([...seen(allow('*', 'all', 'view'), allow('brand', 'none', 'view')).keys()]).not.toContain(
      'public.brand',
    );
    const narrowed = seen(allow('*', 'all', 'view'), hide('brand', 'name')).get('public.brand')!;
    expect(narrowed.fields.map((one) => one.name)).toEqual(['id']);
    const wide = seen(allow('*', 'none', 'view'), allow('brand', 'all', 'view'));
    expect([...wide.keys()]).toEqual([]);
  });

  it('is meant by its name with the schema, also where the plain one is its own', () => {
    expect([...seen(allow('old.brand', 'all', 'view')).keys()]).toEqual(['old.brand']);
    const plain = restrictCatalog(
      SHOP,
      by(allow('public.brand', 'all', 'view'), hide('public.brand', 'name')),
    );
    expect([...plain.entities.keys()]).toEqual(['brand']);
    expect(plain.entities.get('brand')?.fields.map((one) => one.name)).toEqual(['id']);
  });
});

it('what is made is frozen, and what it is made of stays as it was', () => {
  const before = JSON.stringify([...SHOP.entities]);
  const restricted = restrictCatalog(SHOP, by(allow('*', 'all', 'view'), hide('product', 'price')));
  expect(JSON.stringify([...SHOP.entities])).toBe(before);
  const product = restricted.entities.get('product')!;
  expect([restricted, product, product.fields, product.access].every(Object.isFrozen)).toBe(true);
  expect(() => (restricted.entities as Map<string, Entity>).delete('product')).toThrow(TypeError);
});

it('that others inherit from a table stays known, their names do not', () => {
  const entities = new Map(SHOP.entities);
  entities.set('tag', { ...SHOP.entities.get('tag')!, inheritedBy: ['brand', 'product'] });
  const restricted = restrictCatalog({ ...SHOP, entities }, by(allow('tag', 'all', 'view')));
  expect(restricted.entities.get('tag')?.inheritedBy).toEqual([]);
});
