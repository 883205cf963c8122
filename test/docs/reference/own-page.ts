// The page of what is Dovetail's own in the API, from its declarations.
import { OWN_BASE, toOwnType } from '../../../src/doors/api/own/own-address.js';
import type { OwnMember, OwnResource, OwnWrite } from '../../../src/doors/api/own/own-resource.js';
import { OWN_RESOURCES } from '../../../src/doors/api/own/own-resources.js';
import { EVERYONE } from '../../../src/engine/access/grants/everyone.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

export function toOwnPage(): string {
  return toPage("Dovetail's own things in the API", [
    `What is Dovetail's own lies under \`/api${OWN_BASE}\`, with types of its own, since an application has its own users and roles. It is listed, filtered,`,
    'sorted, paged, included and described as entities are; `If-Match` apart, since nothing of it has a version. It is there for who has a role',
    'that says so: rights call it `dovetail.runs`, `dovetail.users` …, and `dovetail.*` for all of which a role says nothing by name; `*` says nothing',
    'of it. At level `own` it is what one began or, of users and clients, oneself; units are those of whoever that is.',
    '',
    'Everyone may, whatever their roles say:',
    '',
    ...toMarkdownTable(
      ['what', 'action', 'level'],
      EVERYONE.permissions.map(({ entity, action, level }) => [code(entity), action, level]),
    ),
    '',
    'Whoever writes users, clients, keys or roles may neither give more than they may do themselves, nor touch what may do more (ACCESS-112).',
    ...OWN_RESOURCES.flatMap(toSection),
  ]);
}

function toSection(resource: OwnResource): readonly string[] {
  const { name, description, key, fields, relations = {}, create, update, downloads = {} } = resource;
  const taken = Object.values(relations).flatMap((one) => ('field' in one ? [one.field] : []));
  const shown = Object.entries(fields).filter(
    ([field]) => !taken.includes(field) && !(field === key && key === 'id'),
  );
  return [
    '',
    `## ${code(`/api${OWN_BASE}/${name}`)}`,
    '',
    `${description} Type \`${toOwnType(name)}\`.`,
    '',
    ...toMarkdownTable(
      ['attribute', 'type', ''],
      shown.map(([field, { type, says = '' }]) => [code(field), TYPES[type]!, says]),
    ),
    ...toRelations(relations),
    ...toWrite('`POST`', create),
    ...toWrite('`PATCH`', update),
    ...(resource.delete ? ['', '`DELETE` removes it.'] : []),
    ...Object.keys(downloads).flatMap((one) => ['', `\`GET …/{id}/${one}\``]),
  ];
}

const TYPES: Readonly<Record<string, string>> = {
  text: 'text',
  int8: 'number',
  bool: 'true or false',
  timestamptz: 'moment',
  jsonb: 'JSON',
};

function toRelations(relations: NonNullable<OwnResource['relations']>): readonly string[] {
  const rows = Object.entries(relations).map(([name, one]) => [
    code(name),
    'by' in one ? `many ${code(toOwnType(one.to))}` : `one of ${code(toOwnType(one.to))}`,
  ]);
  return rows.length === 0 ? [] : ['', ...toMarkdownTable(['relationship', 'leads to'], rows)];
}

function toWrite(method: string, write: OwnWrite<unknown> | undefined): readonly string[] {
  if (write === undefined) return [];
  const { attributes, relationships = {}, chosenId, once } = write;
  const words = ({ kind, required, nullable, values }: OwnMember): string =>
    [values?.join(', ') ?? kind, nullable ? 'or null' : '', required ? 'required' : '']
      .filter(Boolean)
      .join(', ');
  const rows = [
    ...(chosenId ? [[code('id'), 'text, required', '']] : []),
    ...Object.entries(attributes).map(([name, one]) => [code(name), words(one), one.says ?? '']),
    ...Object.entries(relationships).map(([name, to]) => [
      code(name),
      `relationship to ${code(toOwnType(to))}`,
      '',
    ]),
  ];
  return [
    '',
    `${method} takes${once ? ' (and no `Idempotency-Key`)' : ''}:`,
    '',
    ...toMarkdownTable(['member', 'value', ''], rows),
  ];
}
