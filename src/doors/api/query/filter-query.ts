// `filter[price][gte]=10`, `filter[brand.name]=Bosch`, `filter[or][0][sku][in]=A,B`, `filter[not][discontinued]=true` as conditions.

import type { Catalog } from '../../../engine/catalog/index.js';
import type { ResourceShape, ResourceShapes } from '../../../engine/documents/index.js';
import {
  checkFilter,
  FILTER_OPERATORS,
  type Filter,
  type FilterOperator,
} from '../../../engine/records/read/index.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { apiError } from '../api-errors.js';
import { toCatalogPath } from './member-path.js';
import type { QueryParameter } from './query-parameters.js';

const MOST_DEPTH = 5;
const GROUPS = ['and', 'or', 'not'] as const;
const OPERATORS: readonly string[] = [...FILTER_OPERATORS, 'range'];

interface Group {
  readonly kind: 'and' | 'or' | 'not';
  readonly parts: Map<string, Group>;
  readonly conditions: Filter[];
}

/** All parameters of the family together; undefined without any. Throws API-202. */
export function readFilter(
  catalog: Catalog,
  shapes: ResourceShapes,
  shape: ResourceShape,
  parameters: readonly QueryParameter[],
): Filter | undefined {
  if (parameters.length === 0) return undefined;
  const root = newGroup('and');
  for (const parameter of parameters) {
    let members = parameter.members;
    let group = root;
    for (let depth = 0; isGroup(members[0]); depth++) {
      if (depth >= MOST_DEPTH) throw unfit(parameter, `Groups go ${MOST_DEPTH} deep at most.`);
      const kind = members[0];
      // `filter[or][0][sku]`: conditions with one number are one alternative; without a number each is its own.
      const numbered = /^\d{1,3}$/.test(members[1] ?? '');
      group = openGroup(group, kind, kind);
      if (numbered) group = openGroup(group, 'and', members[1]!);
      members = members.slice(numbered ? 2 : 1);
    }
    const condition = toCondition(shapes, shape, parameter, members);
    check(catalog, shape, condition, parameter);
    group.conditions.push(condition);
  }
  return toFilter(root);
}

/** Here, so that the answer names the parameter. */
function check(
  catalog: Catalog,
  { entity }: ResourceShape,
  condition: Filter,
  parameter: QueryParameter,
): void {
  try {
    checkFilter(catalog, entity, condition);
  } catch (error) {
    if (error instanceof DovetailError) {
      // Some hints name options of a command.
      throw unfit(parameter, error.detail, error.hint?.includes('--') ? undefined : error.hint);
    }
    throw error;
  }
}

const newGroup = (kind: Group['kind']): Group => ({ kind, parts: new Map(), conditions: [] });

const isGroup = (name: string | undefined): name is Group['kind'] => GROUPS.some((group) => group === name);

function openGroup(parent: Group, kind: Group['kind'], name: string): Group {
  const found = parent.parts.get(name) ?? newGroup(kind);
  parent.parts.set(name, found);
  return found;
}

function toFilter({ kind, parts, conditions }: Group): Filter {
  const all = [...conditions, ...[...parts.values()].map(toFilter)];
  if (kind === 'not') return { not: { and: all } };
  if (all.length === 1) return all[0]!;
  return kind === 'or' ? { or: all } : { and: all };
}

function toCondition(
  shapes: ResourceShapes,
  shape: ResourceShape,
  parameter: QueryParameter,
  members: readonly string[],
): Filter {
  const [path, operator = 'eq', ...rest] = members;
  if (path === undefined || path === '' || rest.length > 0)
    throw unfit(
      parameter,
      `${parameter.name} names no attribute.`,
      'Write filter[attribute]=value or filter[attribute][operator]=value.',
    );
  if (!OPERATORS.includes(operator)) {
    const meant = didYouMean(operator, OPERATORS);
    throw unfit(
      parameter,
      `There is no operator '${operator}'.`,
      meant ? `Did you mean '${meant}'?` : `There are ${OPERATORS.join(', ')}.`,
    );
  }
  const asks = operator === 'exists' || operator === 'empty';
  const at = toCatalogPath(shapes, shape, path, parameter.name, asks ? 'any' : 'attribute');
  const { value } = parameter;
  if (asks) {
    if (!['', 'true', 'false'].includes(value))
      throw unfit(parameter, `${operator} takes true or false, not '${value}'.`);
    const condition: Filter = { path: at, op: operator };
    return value === 'false' ? { not: condition } : condition;
  }
  if (operator === 'range') {
    const list = splitList(value);
    if (list.length !== 2) throw unfit(parameter, 'range takes two values, joined by a comma.');
    return {
      and: [
        { path: at, op: 'gte', value: list[0]! },
        { path: at, op: 'lte', value: list[1]! },
      ],
    };
  }
  const op = operator as FilterOperator;
  return { path: at, op, value: op === 'in' || op === 'nin' ? splitList(value) : value };
}

/** By commas; a comma or backslash within a value has a backslash before it. */
export function splitList(text: string): readonly string[] {
  const parts = [''];
  for (let i = 0; i < text.length; i++) {
    const sign = text[i]!;
    if (sign === ',') parts.push('');
    else parts[parts.length - 1] += sign === '\\' && i + 1 < text.length ? text[++i]! : sign;
  }
  return parts;
}

const unfit = ({ name }: QueryParameter, detail: string, hint?: string) =>
  apiError(202, { detail, ...(hint === undefined ? {} : { hint }), pointer: { parameter: name } });
