// Whether overrides are well-formed, before anyone asks whether they fit the database.
import {
  callable,
  either,
  flag,
  list,
  number,
  object,
  record,
  type Shape,
  ShapeComplaint,
  text,
} from '../../../foundation/config/shape.js';
import { catalogError } from '../catalog-errors.js';
import type { Constant, EntityOverride, EntityOverrides, FieldOverride } from './entity-override.js';
import type { BatchRule, FieldRule, ValidationRule } from './entity-rules.js';
import { fileOverride } from './file-override.js';

const constant: Shape<Constant> = (value, where) => {
  if (value === null || value === '' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return list(constant)(value, where);
  if (typeof value === 'object' && value !== null) return record(constant)(value, where);
  throw new ShapeComplaint(where, 'expected a text, number, true, false, null, list or object');
};

const fieldOverride = object<FieldOverride>({
  label: text,
  header: text,
  description: text,
  excluded: flag,
  readOnly: flag,
  default: constant,
  file: fileOverride,
});

const pattern: Shape<string> = (value, where) => {
  const source = text(value, where);
  try {
    new RegExp(source, 'u');
    return source;
  } catch (error) {
    throw new ShapeComplaint(where, `not a regular expression: ${(error as Error).message}`);
  }
};

const fieldRule = object<FieldRule>(
  {
    name: text,
    field: text,
    required: flag,
    pattern,
    min: either<number | string>('a number or a text', number, text),
    max: either<number | string>('a number or a text', number, text),
    oneOf: list((value, where) => (value === '' ? '' : text(value, where))),
    maxLength: number,
    message: text,
  },
  ['name', 'field'],
);
const batchRule = object<BatchRule>({ name: text, check: callable as Shape<BatchRule['check']> }, [
  'name',
  'check',
]);

// The one with a function is known by it; everything else is meant to be declarative.
const rule: Shape<ValidationRule> = (value, where) => {
  const isFunction = typeof value === 'object' && value !== null && 'check' in value;
  if (isFunction) return batchRule(value, where);
  const declared = fieldRule(value, where);
  const { name: _, field: __, message: ___, ...conditions } = declared;
  if (Object.keys(conditions).length > 0) return declared;
  throw new ShapeComplaint(
    where,
    'the rule demands nothing',
    'Add required, pattern, min, max, oneOf, maxLength or check.',
  );
};

const entityOverride = object<EntityOverride>({
  label: text,
  description: text,
  identity: either<string | readonly string[]>('a field or a list of fields', text, list(text)),
  order: list(text),
  excluded: flag,
  full: either<boolean | readonly string[]>('true, false or a list of relations', flag, list(text)),
  readOnly: flag,
  owner: text,
  unit: text,
  tree: text,
  fields: record(fieldOverride),
  rules: list(rule),
  beforeMapping: callable as Shape<NonNullable<EntityOverride['beforeMapping']>>,
  afterMapping: callable as Shape<NonNullable<EntityOverride['afterMapping']>>,
  onError: callable as Shape<NonNullable<EntityOverride['onError']>>,
  beforeExport: callable as Shape<NonNullable<EntityOverride['beforeExport']>>,
  afterExport: callable as Shape<NonNullable<EntityOverride['afterExport']>>,
  beforeWrite: callable as Shape<NonNullable<EntityOverride['beforeWrite']>>,
  afterWrite: callable as Shape<NonNullable<EntityOverride['afterWrite']>>,
});

/** The `entities` part of a configuration, checked. Throws CATALOG-201, which names the key. */
export function toEntityOverrides(value: unknown): EntityOverrides {
  try {
    return record(entityOverride)(value ?? {}, 'entities');
  } catch (error) {
    if (!(error instanceof ShapeComplaint)) throw error;
    throw catalogError(201, {
      detail: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}
