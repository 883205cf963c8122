// The page of what is Dovetail's own in the API, from its declarations.
import { API_COUNTERPARTS } from '../../../src/cli/api-counterparts.js';
import { OWN_BASE, toOwnType } from '../../../src/doors/api/own/own-address.js';
import type { OwnMember, OwnResource, OwnWrite } from '../../../src/doors/api/own/own-resource.js';
import { OWN_RESOURCES } from '../../../src/doors/api/own/own-resources.js';
import { EVERYONE } from '../../../src/engine/access/grants/everyone.js';
import { code, toMarkdownTable, toPage } from './markdown-page.js';

export function toOwnPage(): string {
  return toPage("Dovetail's own things in the API", [
    `What is Dovetail's own lies under \`/api${OWN_BASE}\`, with types of its own, since an application has its own users and roles. It is listed, filtered,`,
    'sorted, paged, included and described as entities are. It is there for who has a role that says so: rights call it `dovetail.runs`, `dovetail.users` …, and `dovetail.*` for all of which a role says nothing by name; `*` says nothing',
    'of it. At level `own` it is what one began or, of users and clients, oneself; units are those of whoever that is.',
    '',
    'A write, and the answer that is kept for its `Idempotency-Key`, are one transaction: a request that is sent again is done once, also after a crash.',
    '`If-Match` is compared in it, with the record held until its end (412). Two limits: the bytes of an upload lie on a disk, so giving up one is not',
    'undone with the rest (sent again, it is 404), and a write whose answer has a secret takes no `Idempotency-Key`.',
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
    '',
    '## From commands to addresses',
    '',
    'Whatever the command line can do, a client can do by API, but for what is about the machine, the set-up, or code of the project:',
    '',
    ...toMarkdownTable(
      ['command', 'below `/api`', ''],
      Object.entries(API_COUNTERPARTS).map(([command, one]) =>
        'api' in one
          ? [code(`dovetail ${command}`), one.api.map(code).join(', '), one.says ?? '']
          : [code(`dovetail ${command}`), 'none', one.here],
      ),
    ),
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
    ...Object.entries(downloads).flatMap(([one, { parameters = {} }]) => [
      '',
      `\`GET …/{id}/${one}\`${Object.keys(parameters).length === 0 ? '' : ', with the query parameters:'}`,
      ...(Object.keys(parameters).length === 0
        ? []
        : [
            '',
            ...toMarkdownTable(
              ['parameter', ''],
              Object.entries(parameters).map(([name, says]) => [code(name), says]),
            ),
          ]),
    ]),
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
