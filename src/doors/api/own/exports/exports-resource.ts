// Exports saved under a name, to be made again.
import { apiError } from '../../api-errors.js';
import type { OwnMember, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';
import type { ExportBody } from '../own-services.js';

// The table is of the door that makes exports; a door looks into no other, so what is shown of it is said here.
const EXPORTS_SHOWN = `
  select e.name, e.entity, e.body->>'where' as where, e.body->'fields' as fields, e.body->'order' as "order",
    (e.body->>'limit')::int8 as limit, e.body->>'header' as header, e.body->>'format' as format,
    e.body->'formatOptions' as "formatOptions", coalesce((e.body->>'full')::bool, false) as full, e.version,
    e.created_at as "createdAt", e.changed_at as "changedAt",
    jsonb_strip_nulls(jsonb_build_object('kind', e.changed_by->>'kind', 'id', e.changed_by->>'id')) as "changedBy",
    null::text as owner, null::text as unit
  from dovetail.saved_exports e`;

const ATTRIBUTES: Readonly<Record<string, OwnMember>> = {
  entity: { kind: 'text', required: true },
  where: {
    kind: 'text',
    nullable: true,
    says: 'Only records for which it holds: price >= 10 and brand.name = "Acme"',
  },
  fields: { kind: 'texts', nullable: true, says: 'Paths, in this order. Default: all fields.' },
  order: { kind: 'texts', nullable: true, says: 'Paths, a minus before those that descend.' },
  limit: { kind: 'number', nullable: true },
  header: { kind: 'text', nullable: true, values: ['names', 'labels'] },
  format: { kind: 'text', says: 'Default: csv' },
  formatOptions: { kind: 'object' },
  full: { kind: 'bool', says: 'Records referred to are written out whole.' },
};

export const EXPORTS: OwnResource = {
  name: 'exports',
  label: 'Saved exports',
  description: 'Exports saved under a name: which records, which fields, in which format.',
  query: EXPORTS_SHOWN,
  key: 'name',
  fields: {
    name: { type: 'text' },
    entity: { type: 'text', nullable: false },
    where: { type: 'text' },
    fields: { type: 'jsonb' },
    order: { type: 'jsonb' },
    limit: { type: 'int8' },
    header: { type: 'text' },
    format: { type: 'text', nullable: false },
    formatOptions: { type: 'jsonb' },
    full: { type: 'bool', nullable: false },
    version: { type: 'int8', nullable: false, says: 'Rises with every change.' },
    createdAt: { type: 'timestamptz', nullable: false },
    changedAt: { type: 'timestamptz', nullable: false },
    changedBy: { type: 'jsonb', nullable: false },
  },
  async hold(client, name) {
    await client.query('select from dovetail.saved_exports where name = $1 for update', [name]);
  },
  create: {
    attributes: { name: { kind: 'text', required: true }, ...ATTRIBUTES },
    async run(at, { attributes }) {
      const { name, ...body } = attributes as { readonly name: string };
      await refuseTaken(at, name);
      return { id: await save(at, name, body) };
    },
  },
  update: {
    attributes: ATTRIBUTES,
    async run(at, said: OwnSaid) {
      const { body } = await at.services.exports.readSavedExport(at.id);
      return save(at, at.id, { ...body, ...said.attributes });
    },
  },
  delete: ({ id, services }) => services.exports.deleteSavedExport(id),
};

async function save({ caller, services }: OwnPlace, name: string, wish: object): Promise<string> {
  const set = Object.entries(wish).filter(([, value]) => value !== null);
  const body = { format: 'csv', formatOptions: {}, full: false, ...Object.fromEntries(set) } as ExportBody;
  const by = { kind: caller.kind === 'user' ? 'user' : 'client', id: caller.id } as const;
  return (await services.exports.saveExport(name, body, by)).name;
}

async function refuseTaken({ services }: OwnPlace, name: string): Promise<void> {
  if (!(await services.exports.readSavedExports()).some((saved) => saved.name === name)) return;
  throw apiError(402, {
    detail: `There is a saved export '${name}' already.`,
    hint: 'Change that one, or choose another name.',
    pointer: { member: '/data/attributes/name' },
  });
}
