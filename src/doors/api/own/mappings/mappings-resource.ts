// Mappings kept by name: every change is a new version, and nothing that was saved is changed.
import { holdMapping, MAPPING_VERSIONS_SHOWN, MAPPINGS_SHOWN } from '../../../../engine/mapping/index.js';
import type { Answer } from '../../response/answer.js';
import { toMetaAnswer } from '../meta-answer.js';
import type { OwnField } from '../own-entity.js';
import type { OwnMade, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';
import { readSource } from '../runs/asked-runs.js';
import { misfit } from '../runs/said-settings.js';

const LOOK_MS = 25_000;

const FIELDS: Readonly<Record<string, OwnField>> = {
  version: { type: 'int8', nullable: false, says: 'From 1; the highest counts.' },
  entity: { type: 'text', nullable: false },
  body: { type: 'text', nullable: false, says: 'As it was written: YAML or JSON.' },
  note: { type: 'text' },
  createdBy: { type: 'text', nullable: false },
  createdAt: { type: 'timestamptz', nullable: false },
};

export const MAPPINGS: OwnResource = {
  name: 'mappings',
  label: 'Mappings',
  description: 'Mappings between foreign shapes and entities, by name, each as its last version.',
  query: MAPPINGS_SHOWN,
  key: 'name',
  fields: { name: { type: 'text' }, ...FIELDS },
  relations: { versions: { to: 'mapping-versions', by: 'mappingName' } },
  hold: holdMapping,
  create: {
    attributes: {
      name: { kind: 'text', required: true },
      body: { kind: 'text', required: true },
      note: { kind: 'text' },
      dryRun: { kind: 'bool', says: 'It is only checked, and nothing is saved.' },
      format: { kind: 'text', says: 'Of the upload that it is checked with. Default: detected.' },
    },
    relationships: { upload: 'uploads' },
    run: createMapping,
  },
  update: {
    attributes: {
      body: { kind: 'text', required: true, says: 'Of the next version.' },
      note: { kind: 'text' },
    },
    async run(at, { attributes }) {
      const { body, note } = attributes as { readonly body?: string; readonly note?: string };
      if (body !== undefined) await save(at, at.id, body, note);
      return at.id;
    },
  },
  async delete({ id, services }) {
    await services.mappings.deleteMapping(id);
  },
  downloads: { check: { run: check } },
};

/** Against the database as it is now. */
async function check({ id, services }: OwnPlace): Promise<Answer> {
  const text = (await services.mappings.readMapping(id)).body;
  const report = await services.mappings.checkMapping({ mapping: '', text });
  return toMetaAnswer({ report: { ...report, name: id } });
}

export const MAPPING_VERSIONS: OwnResource = {
  name: 'mapping-versions',
  label: 'Versions of mappings',
  description: 'Every version of every mapping; the id is the name and the version, as prices@2.',
  query: MAPPING_VERSIONS_SHOWN,
  key: 'id',
  order: ['mappingName', '-version'],
  fields: { id: { type: 'text' }, mappingName: { type: 'text', nullable: false }, ...FIELDS },
  relations: { mapping: { to: 'mappings', field: 'mappingName' } },
};

async function createMapping(at: OwnPlace, said: OwnSaid): Promise<OwnMade> {
  const { name, body, note, dryRun, format } = said.attributes as {
    readonly name: string;
    readonly body: string;
    readonly note?: string;
    readonly dryRun?: boolean;
    readonly format?: string;
  };
  if (dryRun === true) {
    const source = said.relationships['upload'] == null ? {} : { source: await toSource(at, said, format) };
    const report = await at.services.mappings.checkMapping({ mapping: '', text: body, ...source });
    return { meta: { report: { ...report, name } } };
  }
  refuseCheckOnly(said);
  await save(at, name, body, note);
  return { id: name };
}

/** The columns that it is held against. */
async function toSource(at: OwnPlace, said: OwnSaid, format: string | undefined) {
  const { path } = await readSource(at, said);
  return {
    source: path,
    ...(format === undefined ? {} : { format }),
    formatOptions: {},
    signal: AbortSignal.timeout(LOOK_MS),
  };
}

/** Throws API-543. */
function refuseCheckOnly({ attributes, relationships }: OwnSaid): void {
  if (attributes['format'] === undefined && relationships['upload'] == null) return;
  throw misfit('dryRun', 'An upload, and its format, are for a check: with dryRun.');
}

const save = ({ caller, services }: OwnPlace, name: string, text: string, note: string | undefined) =>
  services.mappings.saveMapping({
    name,
    mapping: '',
    text,
    createdBy: caller.name,
    ...(note === undefined ? {} : { note }),
  });
