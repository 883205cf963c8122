// From `owner`, `unit` and `tree` of the configuration to how records say to whom they belong.
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Belonging, BelongingTree } from '../belonging.js';
import type { Catalog, Entity, Relation } from '../catalog.js';
import { catalogError } from '../catalog-errors.js';
import type { RuledTable } from '../entity-access.js';
import type { EntityOverride } from '../overrides/entity-override.js';
import { unknownName } from '../overrides/override-binding.js';
import { type PathStep, resolvePath } from '../path-resolver.js';

/** Throws CATALOG-202 and CATALOG-203 for paths and trees that there are not. */
export function withBelonging(
  entities: readonly Entity[],
  overrides: ReadonlyMap<string, EntityOverride>,
): readonly Entity[] {
  const known = new Map(entities.map((entity) => [entity.name, entity]));
  const catalog: Catalog = { entities: known, fingerprint: '' };
  const trees = new Map(
    entities.flatMap((entity) => {
      const name = overrides.get(entity.name)?.tree;
      return name === undefined ? [] : [[entity.name, toTree(entity, name)] as const];
    }),
  );
  return entities.map((entity) => {
    const { owner, unit } = overrides.get(entity.name) ?? {};
    return {
      ...entity,
      ...(owner === undefined
        ? {}
        : { owner: toBelonging({ catalog, overrides, trees, key: 'owner' }, entity) }),
      ...(unit === undefined
        ? {}
        : { unit: toBelonging({ catalog, overrides, trees, key: 'unit' }, entity) }),
    };
  });
}

interface Known {
  readonly catalog: Catalog;
  readonly overrides: ReadonlyMap<string, EntityOverride>;
  readonly trees: ReadonlyMap<string, BelongingTree>;
  readonly key: 'owner' | 'unit';
}

/** `via`: the entities whose own words were taken before. */
function toBelonging(known: Known, entity: Entity, via: readonly string[] = []): Belonging {
  const { catalog, overrides, trees, key } = known;
  const where = `entities.${entity.name}.${key}`;
  const path = overrides.get(entity.name)![key]!;
  const { steps, field } = resolve(catalog, entity, where, path);
  const at = [entity, ...steps.map((step) => step.entity)];
  const treeOf = (i: number) => {
    const tree = trees.get(at[i]!.name);
    return tree === undefined ? {} : { tree };
  };
  const last = at.at(-1)!;
  const ending =
    field === undefined
      ? inherit(known, last, where, [...via, entity.name])
      : { field: field.name, ...treeOf(steps.length) };
  return steps.reduceRight<Belonging>(
    (belonging, step, i) => ({ ...lead(catalog, step, where, belonging), ...treeOf(i) }),
    ending,
  );
}

/** What a record at the end of a path says of its own. */
function inherit(known: Known, entity: Entity, where: string, via: readonly string[]): Belonging {
  if (known.overrides.get(entity.name)?.[known.key] === undefined)
    throw catalogError(203, {
      detail: `${where}: it leads to '${entity.name}', which doesn't say its own ${known.key}.`,
      hint: `Say it in entities.${entity.name}.${known.key}, or name a field of '${entity.name}'.`,
    });
  if (via.includes(entity.name))
    throw catalogError(203, {
      detail: `${where}: it leads in a circle, by ${[...via, entity.name].join(', ')}.`,
    });
  return toBelonging(known, entity, via);
}

function resolve(catalog: Catalog, entity: Entity, where: string, path: string) {
  try {
    return resolvePath(catalog, entity, path);
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    const { hint } = error;
    throw catalogError(202, { detail: `${where}: ${error.detail}`, ...(hint === undefined ? {} : { hint }) });
  }
}

/** What the records that the step leads to say of their own counts. */
function lead(
  catalog: Catalog,
  { relation, entity }: PathStep,
  where: string,
  belonging: Belonging,
): Belonging {
  const through = relation.kind === 'many' ? relation.through : undefined;
  if (through === undefined) {
    const [field, target] = single(relation, where);
    return { field, of: { ...toRuledTable(entity), field: target, belonging } };
  }
  const [near, joined] = single(relation, where);
  const [far, target] = single({ ...through, name: relation.name }, where);
  const onward: Belonging = { field: far, of: { ...toRuledTable(entity), field: target, belonging } };
  const join = catalog.entities.get(through.entity)!;
  return { field: near, of: { ...toRuledTable(join), field: joined, belonging: onward } };
}

function toTree(entity: Entity, name: string): BelongingTree {
  const where = `entities.${entity.name}.tree`;
  const own = entity.relations.filter((one) => one.kind === 'one' && one.entity === entity.name);
  const relation = own.find((one) => one.name === name);
  if (relation === undefined) {
    const names = own.map((one) => one.name);
    throw unknownName(
      `${where}: '${name}' is no relation of '${entity.name}' to one of its own`,
      name,
      names,
    );
  }
  const [parent, key] = single(relation, where);
  return { table: toRuledTable(entity), key, parent };
}

function single(
  { fields, targetFields, name }: Pick<Relation, 'fields' | 'targetFields' | 'name'>,
  where: string,
): readonly [field: string, target: string] {
  const [[field], [target]] = [fields, targetFields];
  if (fields.length === 1 && field !== undefined && target !== undefined) return [field, target];
  throw catalogError(203, { detail: `${where}: the relation '${name}' goes by several fields together.` });
}

const toRuledTable = ({ schema, table, inheritedBy }: Entity): RuledTable => ({
  schema,
  table,
  only: inheritedBy !== undefined,
});
