// The JSON:API document of a record as it was after a change: what the API answers for it.
import type { Field } from '../../../engine/catalog/index.js';
import type { RecordValues } from '../../../engine/changes/change.js';
import { findKeyFields, toKeyText } from '../../../engine/records/read/index.js';
import { toCastText } from './cast-text.js';
import type { EntityView } from './entity-view.js';
import { findJsonWriter, type JsonWriter } from './json-value.js';

/** As PostgreSQL gives them: the attributes as the text of an object, and the keys that relationships to one lead to. */
export interface RecordParts {
  readonly members: string;
  readonly linked: readonly (string | null)[];
}

interface Member {
  readonly column: string;
  /** `"name":` */
  readonly head: string;
  readonly write: JsonWriter;
}

interface Plan {
  readonly members: readonly Member[];
  /** For each relationship to one, its own columns in the order of the key that they lead to. */
  readonly linked: readonly (readonly Field[])[];
}

const plans = new WeakMap<EntityView, { readonly plan: Plan | undefined }>();

/**
 * The parts, made of the values' texts; undefined where only PostgreSQL can make them: of types that have a JSON of their own, of
 * relationships that don't hold the key they lead to, and where a value was not told.
 */
export function findParts(view: EntityView, values: RecordValues): RecordParts | undefined {
  const plan = findPlan(view);
  if (plan === undefined || view.columns.some((column) => !values.has(column))) return undefined;
  const members = plan.members.map(({ column, head, write }) => {
    const text = values.get(column);
    return text == null ? `${head}null` : head + write(text);
  });
  return {
    members: `{${members.join(',')}}`,
    linked: plan.linked.map((fields) => {
      const key = fields.map((field) => {
        const text = values.get(field.name) ?? null;
        return text === null ? null : toCastText(field, text);
      });
      return key.includes(null) ? null : toKeyText(key as string[]);
    }),
  };
}

function findPlan(view: EntityView): Plan | undefined {
  const known = plans.get(view);
  if (known) return known.plan;
  const plan = toPlan(view);
  plans.set(view, { plan });
  return plan;
}

function toPlan({ catalog, entity, attributes, relationships }: EntityView): Plan | undefined {
  const members = attributes.map(({ name, field }) => ({
    column: field.name,
    head: `${JSON.stringify(name)}:`,
    write: findJsonWriter(field.type),
  }));
  if (members.some(({ write }) => write === undefined)) return undefined;
  const linked: (readonly Field[])[] = [];
  for (const { relation } of relationships) {
    if (relation.kind !== 'one') continue;
    const to = catalog.entities.get(relation.entity)!;
    const key = findKeyFields(to);
    // Of records that may be out of the owner's sight nothing is said unasked.
    if (key === undefined || (to.access?.view ?? 'all') !== 'all' || key.length !== relation.fields.length)
      return undefined;
    const fields = key.map(({ name }) => {
      const own = relation.fields[relation.targetFields.indexOf(name)];
      return entity.fields.find((field) => field.name === own);
    });
    if (fields.includes(undefined)) return undefined;
    linked.push(fields as Field[]);
  }
  return { members: members as readonly Member[], linked };
}

/** The document's text. `base`: where the API lies, as links name it. Without parts: only type, id and address. */
export function toDocumentText(view: EntityView, id: string, base: string, parts?: RecordParts): string {
  const { shape } = view;
  const self = JSON.stringify(`${base}/${encodeURIComponent(shape.address)}/${encodeURIComponent(id)}`).slice(
    1,
    -1,
  );
  const head = `"type":${JSON.stringify(shape.type)},"id":${JSON.stringify(id)}`;
  const body = parts === undefined ? '' : toMembersText(view, self, parts);
  return `{"jsonapi":{"version":"1.1"},"data":{${head},${body}"links":{"self":"${self}"}}}`;
}

function toMembersText(
  { relationships }: EntityView,
  self: string,
  { members, linked }: RecordParts,
): string {
  let at = 0;
  const related = relationships.map(({ name, relation, type }) => {
    const path = encodeURIComponent(name);
    const to = relation.kind === 'one' ? linked[at++]! : undefined;
    const data =
      to === undefined
        ? ''
        : `"data":${to === null ? 'null' : `{"type":${JSON.stringify(type)},"id":${JSON.stringify(to)}}`},`;
    return `${JSON.stringify(name)}:{${data}"links":{"self":"${self}/relationships/${path}","related":"${self}/${path}"}}`;
  });
  const attributes = members === '{}' ? '' : `"attributes":${members},`;
  return `${attributes}${related.length === 0 ? '' : `"relationships":{${related.join(',')}},`}`;
}
