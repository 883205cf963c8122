// Of several columns that describe one record referred to, those beyond what identifies it are left out: finding it
// by its name and also by its country would fail as soon as the source knows another country.
import type { Catalog, Entity, ToOneRelation } from '../../catalog/catalog.js';
import type { ColumnMatches, IgnoredColumn, MatchedColumn } from './column-match.js';

/**
 * Moves columns of relations that are identified without them from `matched` to `ignored`; not those of relations in
 * `create`, where they fill new records.
 */
export function dropNeedless(
  catalog: Catalog,
  entity: Entity,
  matches: ColumnMatches,
  create: readonly string[],
): ColumnMatches {
  const filling = new Set(
    matches.matched
      .filter(({ path }) => create.some((name) => path.slice(0, name.split('.').length).join('.') === name))
      .map((column) => column.index),
  );
  const needless = findNeedless(catalog, entity, matches.matched, 0).filter(
    (column) => !filling.has(column.index),
  );
  if (needless.length === 0) return matches;
  const dropped = new Set(needless.map((column) => column.index));
  return {
    ...matches,
    matched: matches.matched.filter((column) => !dropped.has(column.index)),
    ignored: [...matches.ignored, ...needless].sort((a, b) => a.index - b.index),
  };
}

function findNeedless(
  catalog: Catalog,
  entity: Entity,
  columns: readonly MatchedColumn[],
  depth: number,
): readonly IgnoredColumn[] {
  const names = new Set(
    columns.filter((column) => column.path.length > depth + 1).map((column) => column.path[depth]!),
  );
  return [...names].flatMap((name) => {
    const relation = entity.relations.find(
      (candidate): candidate is ToOneRelation => candidate.kind === 'one' && candidate.name === name,
    );
    const target = relation && catalog.entities.get(relation.entity);
    if (!target) return [];
    const below = columns.filter((column) => column.path.length > depth + 1 && column.path[depth] === name);
    return needlessOf(catalog, target, below, depth + 1);
  });
}

function needlessOf(
  catalog: Catalog,
  target: Entity,
  columns: readonly MatchedColumn[],
  depth: number,
): readonly IgnoredColumn[] {
  const setBy = (column: MatchedColumn): readonly string[] => {
    const step = column.path[depth]!;
    if (column.path.length === depth + 1) return [step];
    const relation = target.relations.find(
      (candidate) => candidate.kind === 'one' && candidate.name === step,
    );
    return relation?.fields ?? [];
  };
  const set = new Set(columns.flatMap(setBy));
  const key = [target.identity, ...target.uniqueKeys.map((unique) => unique.fields)].find(
    (fields) => fields.length > 0 && fields.every((name) => set.has(name)),
  );
  const isNeeded = (column: MatchedColumn): boolean =>
    key === undefined || setBy(column).some((name) => key.includes(name));
  const needless = columns
    .filter((column) => !isNeeded(column))
    .map(({ column, index, field }) => ({
      column,
      index,
      field,
      reason: `${target.label} is already found by ${key?.join(', ')}`,
    }));
  return [...needless, ...findNeedless(catalog, target, columns.filter(isNeeded), depth)];
}
