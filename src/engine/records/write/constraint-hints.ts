// What a constraint asks for, in words: computed from its expression where that is simple.
import type { Check, Entity, Field, ToOneRelation } from '../../catalog/catalog.js';
import type { WritePlan } from './plan-parts.js';

const COMPARISON = /^\(*"?([\w ]+?)"?\)*(?:::[\w ]+)? (>=|<=|<>|>|<) \(*'?([^'()]*)'?\)*(?:::[\w ]+)?\)*$/;
const LISTED = /^\(*"?([\w ]+?)"?\)*(?:::[\w ]+)? = ANY \(+ARRAY\[(.*?)\]/;
const WORDS: Readonly<Record<string, string>> = {
  '>=': 'at least',
  '<=': 'at most',
  '>': 'more than',
  '<': 'less than',
  '<>': 'anything but',
};

/** Which rule a record breaks, without a word of SQL. */
export function checkWords({ name }: Pick<Entity, 'name'>, check: Check): string {
  if (check.fields.length === 0) return `The ${name} breaks the rule ${check.name}.`;
  const isOne = check.fields.length === 1;
  return `${name}: ${listWords(check.fields)} ${isOne ? 'breaks' : 'together break'} the rule ${check.name}.`;
}

const listWords = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** `open`: for whoever runs the program, who may see how the database says it. */
export function checkHint({ name, expression, fields }: Check, open: boolean): string {
  const listed = LISTED.exec(expression);
  const labels = listed && [...listed[2]!.matchAll(/'((?:[^']|'')*)'/g)].map((match) => match[1]!);
  if (listed && labels && labels.length > 0 && fields.length === 1)
    return `Give ${listed[1]} one of: ${labels.slice(0, 12).join(', ')}${labels.length > 12 ? ', …' : ''}.`;
  const compared = COMPARISON.exec(expression);
  if (compared && fields.length === 1)
    return `Give ${compared[1]} ${WORDS[compared[2]!]} ${compared[3] === '' ? "''" : compared[3]}.`;
  const which = fields.length === 0 ? 'the record values' : `${listWords(fields)} values`;
  return open
    ? `Give ${which} for which this holds: ${expression}.`
    : `Give ${which} that ${name} allows; whoever runs the server knows what it asks for.`;
}

export function requiredHint(field: Field): string {
  const filled = field.default !== undefined || field.generated !== undefined;
  return filled
    ? 'Fill the cell; or let empty cells take the default with --empty default.'
    : 'Fill the cell; or give the field a default in a mapping.';
}

export function missingHint(fields: readonly Field[]): string {
  const names = fields.map(({ name }) => name).join(', ');
  return `Add a column for ${names}, or set it in a mapping; with --strategy update only records that are there are written.`;
}

export function foreignKeyHint(plan: WritePlan, relation: ToOneRelation): string {
  const target = plan.catalog.entities.get(relation.entity);
  const keys = [target?.identity ?? [], ...(target?.uniqueKeys ?? []).map((key) => key.fields)];
  const other = keys.find((key) => key.some((name) => !relation.targetFields.includes(name)));
  const paths = other?.map((name) => `${relation.name}.${name}`).join(' and ');
  const way = paths === undefined ? '' : ` Or refer to it by a column ${paths}.`;
  return `Add the ${relation.entity} first, or give the ${relation.targetFields.join(', ')} of one that is there.${way}`;
}
