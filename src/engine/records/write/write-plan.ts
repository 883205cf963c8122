// A write request, resolved against the catalog once: which columns the staging table has, how their cells are
// encoded, which references are looked up, which fields are set. Everything per chunk follows from it.
import type { Catalog, Entity, Field } from '../../catalog/catalog.js';
import { recordsError } from '../records-errors.js';
import type { Strategy, WriteRequest, WriteTarget } from '../write-request.js';
import { nullSpellingsFor, spelledEncoderFor } from './encode/spelled-encoder.js';
import type { Reference, SetField, StageColumn, WritePlan } from './plan-parts.js';
import { planReferences } from './reference-plan.js';
import { refuseForbidden } from './refuse-forbidden.js';
import { compileRules } from './rules/compile-rules.js';
import { planHookColumns } from './rules/hook-columns.js';
import { toSetFacts } from './set-facts.js';

/** Resolves the request. Throws `RECORDS-1xx` before anything was read or written. */
export function planWrite(request: WriteRequest): WritePlan {
  const { catalog, entity, strategy } = request;
  refuseReadOnly(entity);
  refuseForbidden(entity, strategy);
  const wanted = chooseIdentity(request);
  const targets = writableTargets(request, wanted);
  const sourceColumns = planColumns({ ...request, targets }, wanted);
  const references = planReferences(catalog, entity, sourceColumns, request.create ?? []);
  const drawn = request.keyDrawn === true ? wanted : [];
  const given = planSets(entity, sourceColumns, references, wanted, drawn);
  refuseMissingIdentity(entity, wanted, given, strategy);
  // Half an identity tells no rows apart; new records can do without.
  const identity = wanted.every((field) => given.some((set) => set.field === field)) ? wanted : [];
  const identitySets = given.filter((set) => identity.includes(set.field));
  const identityColumns = new Set(identitySets.flatMap((set) => set.columns)).size;
  const hookColumns = planHookColumns(entity, strategy, given, sourceColumns.length);
  const columns = [...sourceColumns, ...hookColumns];
  const sets = hookColumns.length === 0 ? given : planSets(entity, columns, references, wanted, drawn);
  const facts = toSetFacts(entity, sets, references);
  refuseMissingRequired(entity, strategy, facts.missingRequired);
  const names = new Set(identity.map((field) => field.name));
  const canonicalIdentity = columns.slice(0, identityColumns).every((column) => column.encoder.canonical);
  return {
    catalog,
    entity,
    strategy,
    onDuplicate: request.onDuplicate ?? 'last',
    origin: request.origin,
    columns,
    hookColumns: hookColumns.length,
    ruling: compileRules(entity, strategy, sets),
    references,
    sets,
    identity,
    identityColumns,
    blankIdentity: findBlankIdentity(entity, identity),
    identityUnique: entity.uniqueKeys.some((key) => key.fields.every((field) => names.has(field))),
    key: entity.primaryKey ? entity.primaryKey.map((name) => fieldOf(entity, name)) : identity,
    canonicalIdentity,
    // Types whose equality only the server knows can't be dealt to several writers.
    // A key that is drawn is another one when a resumed run reads its row again, which must not come to another writer then.
    writers:
      canonicalIdentity && !facts.selfReferring && request.keyDrawn !== true ? (request.writers ?? 1) : 1,
    identityGenerated: identity.length > 0 && identity.every((field) => isGenerated(field)),
    ...(request.keepsResults === undefined ? {} : { keepsResults: request.keepsResults }),
    ...facts,
  };
}

/**
 * NULL identifies where a key counts NULLs as equal, and where no key says anything. A key that takes any number of NULLs
 * says that they identify nothing: else a row without an article number would overwrite every record without one.
 */
function findBlankIdentity(entity: Entity, identity: readonly Field[]): readonly Field[] {
  const names = identity.map((field) => field.name);
  const keys = entity.uniqueKeys.filter((key) => key.fields.every((name) => names.includes(name)));
  const identifies = keys.length === 0 ? identity.length > 1 : keys.some((key) => key.total);
  return identifies ? identity.filter((field) => field.nullable) : [];
}

const isGenerated = (field: Field): boolean => field.generated !== undefined || field.default !== undefined;

function fieldOf(entity: Entity, name: string): Field {
  const field = entity.fields.find((candidate) => candidate.name === name);
  if (field) return field;
  throw recordsError(105, {
    detail: `${entity.name} has no field ${name}.`,
    pointer: { entity: entity.name, field: name },
  });
}

function refuseReadOnly(entity: Entity): void {
  if (entity.writable) return;
  throw recordsError(101, {
    detail: `${entity.name} can only be read: ${entity.readOnlyReason ?? 'it is read-only'}.`,
    pointer: { entity: entity.name },
  });
}

function chooseIdentity(request: WriteRequest): readonly Field[] {
  const { entity, strategy } = request;
  const names = request.identity ?? entity.identity;
  if (names.length > 0) return names.map((name) => fieldOf(entity, name));
  if (strategy === 'add') return [];
  throw recordsError(102, {
    detail: `${entity.name} has no unique key, so records can't be matched; only the strategy add is possible.`,
    hint: 'Use --strategy add, or name the fields that identify a record with --identity.',
    pointer: { entity: entity.name },
  });
}

/** A new record gets its number from PostgreSQL, whatever number it has in the source. */
function writableTargets(request: WriteRequest, identity: readonly Field[]): readonly WriteTarget[] {
  if (request.strategy !== 'add' || request.keyDrawn === true) return request.targets;
  const numbered = identity.filter((field) => field.generated === 'always').map((field) => field.name);
  return request.targets.filter(({ path }) => path.length > 1 || !numbered.includes(path[0]!));
}

function planColumns(request: WriteRequest, identity: readonly Field[]): readonly StageColumn[] {
  const { catalog, entity } = request;
  const resolved = request.targets.map((target) => ({
    target,
    field: resolveLeaf(catalog, entity, target.path),
  }));
  const ofIdentity = ({ target }: { target: WriteTarget }): boolean => {
    const [head, ...rest] = target.path as [string, ...string[]];
    if (rest.length === 0) return identity.some((field) => field.name === head);
    const relation = entity.relations.find(
      (candidate) => candidate.kind === 'one' && candidate.name === head,
    );
    return relation?.fields.some((name) => identity.some((field) => field.name === name)) ?? false;
  };
  // To delete a record it must be found; what else the source says of it is no matter.
  const others = request.strategy === 'delete' ? [] : resolved.filter((entry) => !ofIdentity(entry));
  const ordered = [...resolved.filter(ofIdentity), ...others];
  const paths = new Set<string>();
  return ordered.map(({ target, field }, index) => {
    const path = target.path.join('.');
    if (paths.has(path)) {
      throw recordsError(108, {
        detail: `Two columns set ${entity.name}.${path}.`,
        pointer: { entity: entity.name, field: path },
      });
    }
    paths.add(path);
    checkSpelling(target, path);
    const encoder = spelledEncoderFor(field.type, target.spelling);
    const nulls = nullSpellingsFor(field.type, target.spelling);
    return {
      name: `c${index}`,
      index,
      target,
      path,
      field,
      encoder,
      ...(nulls === undefined ? {} : { nulls }),
      empty: target.empty,
    };
  });
}

function checkSpelling({ spelling }: WriteTarget, path: string): void {
  if (spelling?.thousands === undefined || spelling.thousands !== spelling.decimal) return;
  throw recordsError(131, {
    detail: `${path}: '${spelling.thousands}' can't be decimal sign and thousands separator at once.`,
    hint: 'Set both: --decimal , --thousands . or the other way round.',
    pointer: { field: path },
  });
}

function resolveLeaf(catalog: Catalog, entity: Entity, path: readonly string[]): Field {
  let current = entity;
  for (const name of path.slice(0, -1)) {
    const relation = current.relations.find(
      (candidate) => candidate.kind === 'one' && candidate.name === name,
    );
    const next = relation && catalog.entities.get(relation.entity);
    if (!next) {
      throw recordsError(105, {
        detail: `${current.name} has no relation ${name} to one record.`,
        pointer: { entity: entity.name, field: path.join('.') },
      });
    }
    current = next;
  }
  return fieldOf(current, path.at(-1) ?? '');
}

const isComputed = (field: Field): boolean => field.generated === 'stored' || field.generated === 'always';

function planSets(
  entity: Entity,
  columns: readonly StageColumn[],
  references: readonly Reference[],
  identity: readonly Field[],
  drawn: readonly Field[],
): readonly SetField[] {
  const sets: Omit<SetField, 'index' | 'matchOnly'>[] = [];
  for (const column of columns) {
    if (column.target.path.length === 1) sets.push({ field: column.field, columns: [column] });
  }
  for (const reference of references) {
    if (reference.path.length !== 1) continue;
    reference.relation.fields.forEach((name, i) => {
      const field = fieldOf(entity, name);
      const targetField = reference.relation.targetFields[i]!;
      sets.push({ field, columns: reference.allColumns, reference: { reference, targetField } });
    });
  }
  const seen = new Set<Field>();
  for (const set of sets) {
    if (seen.has(set.field)) {
      throw recordsError(108, {
        detail: `Two columns set ${entity.name}.${set.field.name}.`,
        hint: 'A relation given by name and its key column are the same field: keep one of them.',
        pointer: { entity: entity.name, field: set.field.name },
      });
    }
    seen.add(set.field);
  }
  return sets.map((set, index) => {
    const matchOnly = !drawn.includes(set.field) && (set.field.readOnly || isComputed(set.field));
    if (matchOnly && !identity.includes(set.field)) throw notWritable(entity, set.field);
    return { ...set, index, matchOnly };
  });
}

function notWritable(entity: Entity, field: Field) {
  return recordsError(104, {
    detail: `${entity.name}.${field.name} can't be written: ${field.readOnlyReason ?? 'PostgreSQL computes it'}.`,
    pointer: { entity: entity.name, field: field.name },
  });
}

function refuseMissingIdentity(
  entity: Entity,
  identity: readonly Field[],
  sets: readonly SetField[],
  strategy: Strategy,
): void {
  const missing = identity.filter((field) => !sets.some((set) => set.field === field));
  // New records don't need a key that the database makes.
  if (missing.length === 0 || strategy === 'add') return;
  throw recordsError(103, {
    detail: `Records of ${entity.name} are matched by ${identity.map((field) => field.name).join(', ')}; the source has no column for ${missing.map((field) => field.name).join(', ')}.`,
    hint: 'Map a column to it, choose other fields with --identity, or use --strategy add.',
    pointer: { entity: entity.name, field: missing[0]!.name },
  });
}

function refuseMissingRequired(entity: Entity, strategy: Strategy, missing: readonly Field[]): void {
  const { setByTriggers } = entity;
  const mended = missing.some((field) => setByTriggers === 'any' || setByTriggers?.includes(field.name));
  // Where records can also be updated, only the rows that would be new fail.
  if (strategy !== 'add' || missing.length === 0 || mended) return;
  throw recordsError(107, {
    detail: `A new ${entity.name} needs ${missing.map((field) => field.name).join(', ')}; the source has no column for it.`,
    hint: 'Map a column to it, or set a constant in the mapping.',
    pointer: { entity: entity.name, field: missing[0]!.name },
  });
}
