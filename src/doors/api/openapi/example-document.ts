// Documents that somebody could send: what is required, or else the first that can be written, with values made from types.
import type { Field } from '../../../engine/catalog/index.js';
import type { ResourceShape } from '../../../engine/documents/index.js';
import { findKeyFields } from '../../../engine/records/read/index.js';
import type { Schema } from './json-schema.js';
import { listSettable, requiredAttributes, requiredRelationships } from './resource-rights.js';
import type { DescribedApi } from './resource-schemas.js';
import { isReadOnly } from './value-schema.js';

export function toCreationExample(api: DescribedApi, shape: ResourceShape): Schema {
  const needed = new Set(requiredAttributes(shape));
  const linked = new Set(requiredRelationships(shape));
  const attributes = shape.attributes.filter(({ name }) => needed.has(name));
  const relationships = listSettable(shape).filter(({ name }) => linked.has(name));
  return {
    data: {
      type: shape.type,
      ...(attributes.length === 0 ? {} : { attributes: toValues(attributes) }),
      ...(relationships.length === 0
        ? {}
        : {
            relationships: Object.fromEntries(
              relationships.map(({ name, type }) => [
                name,
                { data: { type, id: toExampleId(api.shapes.byType.get(type)!) } },
              ]),
            ),
          }),
    },
  };
}

export function toChangeExample(_api: DescribedApi, shape: ResourceShape): Schema {
  const key = findKeyFields(shape.entity) ?? [];
  const one = shape.attributes.filter(({ field }) => !isReadOnly(field) && !key.includes(field)).slice(0, 1);
  return {
    data: {
      type: shape.type,
      id: toExampleId(shape),
      ...(one.length === 0 ? {} : { attributes: toValues(one) }),
    },
  };
}

const toValues = (attributes: ResourceShape['attributes']): Schema =>
  Object.fromEntries(attributes.map(({ name, field }) => [name, toExampleValue(field)]));

const toExampleId = ({ entity }: ResourceShape): string =>
  (findKeyFields(entity) ?? []).map((field) => String(toExampleValue(field)).replaceAll(',', '~1')).join(',');

const EXAMPLES: Readonly<Record<string, unknown>> = {
  bool: true,
  date: '2026-12-31',
  timestamp: '2026-12-31T23:59:59',
  timestamptz: '2026-12-31T23:59:59+00:00',
  time: '23:59:59',
  timetz: '23:59:59+00:00',
  interval: 'P1DT2H',
  uuid: '00000000-0000-4000-8000-000000000000',
  json: {},
  jsonb: {},
  bytea: '\\x00ff',
  inet: '192.0.2.1',
  cidr: '192.0.2.0/24',
  money: '1.00',
};

function toExampleValue({ type, name }: Field): unknown {
  if (type.array) return [];
  if (type.labels !== undefined) return type.labels[0];
  if (type.kind === 'composite') return {};
  if (/^(int[248]|numeric|float[48])$/.test(type.base)) return 1;
  return EXAMPLES[type.base] ?? name.slice(0, type.length);
}
