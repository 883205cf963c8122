// New runs that a document asks for: an import of an uploaded file, its dry run, or an export whose file can be fetched.
import { DUPLICATE_RULES, EMPTY_CELL_RULES, STRATEGIES } from '../../../../engine/records/write-request.js';
import { apiError } from '../../api-errors.js';
import type { OwnMember, OwnPlace, OwnSaid } from '../own-resource.js';
import type { ExportAsked, ImportAsked, UploadedSource } from '../own-services.js';
import {
  misfit,
  pick,
  readCount,
  readFormatOptions,
  readSpelling,
  refuseOthers,
  type Said,
  SOURCE_MEMBERS,
} from './said-settings.js';

type Members = Readonly<Record<string, OwnMember>>;

const MAPPED: Members = {
  mapping: { kind: 'text', says: 'A saved mapping: prices, or prices@2.' },
  mappingDocument: { kind: 'object', says: 'The mapping itself, in place of a saved one.' },
  notify: { kind: 'texts', says: 'Who is told of its end: mail:ops@example.org or https://…' },
};

const IMPORT: Members = {
  strategy: { kind: 'text', values: STRATEGIES, says: 'What is done with a record. Default: add_or_update.' },
  identity: { kind: 'texts', says: 'Fields that name a record.' },
  empty: { kind: 'text', values: EMPTY_CELL_RULES, says: 'What an empty cell means. Default: leave.' },
  onDuplicate: {
    kind: 'text',
    values: DUPLICATE_RULES,
    says: 'Which row of equal identity counts. Default: last.',
  },
  create: { kind: 'texts', says: 'Relations whose missing records are created on the way.' },
  onError: { kind: 'text', values: ['skip', 'stop'], says: 'After a failed row. Default: skip.' },
  maxErrors: { kind: 'number', says: 'Of an import: it stops at so many failed rows.' },
  maxRemovals: { kind: 'number', says: 'Of a mirror: it stops before it removes more.' },
  member: { kind: 'text', says: 'Of a zip file with several tables: the one.' },
  undoRows: { kind: 'number', says: 'Up to so many records it keeps what it writes over. 0: nothing.' },
};

const EXPORT: Members = {
  where: { kind: 'text', says: 'Of an export: which records, as price >= 10 and brand.name = "Acme".' },
  fields: { kind: 'texts', says: 'Of an export: paths of the fields, in this order.' },
  order: { kind: 'texts', says: 'Of an export: paths, a minus before those whose largest comes first.' },
  limit: { kind: 'number', says: 'Of an export: so many records at most.' },
  header: { kind: 'text', values: ['names', 'labels'], says: 'Of an export: what stands above the columns.' },
  full: { kind: 'bool', says: 'Of an export: relations are written out whole.' },
};

export const ASKED_MEMBERS: Members = {
  kind: { kind: 'text', values: ['import', 'export'], says: 'What is made. Default, of an upload: import.' },
  ...SOURCE_MEMBERS,
  ...MAPPED,
  ...IMPORT,
  ...EXPORT,
};

const COMMON: Members = { kind: ASKED_MEMBERS['kind']!, dryRun: { kind: 'bool' } };

/** What of a format an export that is saved may be given anew. */
const OF_SAVED: Members = {
  format: SOURCE_MEMBERS['format']!,
  formatOptions: SOURCE_MEMBERS['formatOptions']!,
};

/** How long a run's beginning may take: the source is looked at, and of an archive unpacked. */
const PREPARE_MS = 25_000;

/** The upload as a source, which only its own sender may use. Throws API-544, STORAGE-120 and 126. */
export async function readSource(
  { caller, services }: OwnPlace,
  { relationships }: OwnSaid,
): Promise<UploadedSource> {
  const { upload } = relationships;
  if (upload == null)
    throw apiError(544, {
      detail: 'Nothing says of which upload it is to be.',
      hint: 'Send the relationship upload.',
      pointer: { member: '/data' },
    });
  return { id: upload, ...(await services.uploads.read(upload, caller)) };
}

export async function askImport(at: OwnPlace, said: OwnSaid): Promise<string> {
  const { attributes } = said;
  refuseOthers(attributes, 'an import', COMMON, SOURCE_MEMBERS, MAPPED, IMPORT);
  const plain = pick(attributes, IMPORT) as Partial<ImportAsked>;
  const { maxErrors: _e, maxRemovals: _r, undoRows: _u, ...rest } = plain as Record<string, unknown>;
  const errors = readCount(attributes, 'maxErrors');
  const removals = readCount(attributes, 'maxRemovals');
  const undoRows = readCount(attributes, 'undoRows');
  return at.services.runs.queueImport({
    onError: 'skip',
    ...rest,
    ...toSource(attributes),
    ...toMapping(attributes),
    ...(errors === undefined ? {} : { maxErrors: { count: errors } }),
    ...(removals === undefined ? {} : { removalLimit: { records: removals, share: 1 } }),
    ...(undoRows === undefined ? {} : { undoRows }),
    dryRun: attributes['dryRun'] === true,
    caller: at.caller,
    upload: await readSource(at, said),
    signal: AbortSignal.timeout(PREPARE_MS),
  });
}

export async function askExport({ caller, services }: OwnPlace, { attributes }: OwnSaid): Promise<string> {
  const { spelling: _, ...source } = SOURCE_MEMBERS;
  refuseOthers(attributes, 'an export', { kind: COMMON['kind']! }, source, MAPPED, EXPORT);
  const { entity, format } = attributes as Partial<ExportAsked>;
  if (entity === undefined) throw misfit('entity', 'An export says of which entity it is.');
  if (format === undefined) throw misfit('format', 'An export says which format its file is to have.');
  const limit = readCount(attributes, 'limit');
  return services.runs.queueExport({
    ...(pick(attributes, EXPORT) as Partial<ExportAsked>),
    ...(limit === undefined ? {} : { limit }),
    ...toMapping(attributes),
    entity,
    format,
    formatOptions: readFormatOptions(attributes),
    full: attributes['full'] === true,
    caller,
  });
}

/** As it was saved; what the document says besides wins. Throws EXPORT-107, and 108 where the database no longer has what it names. */
export async function askSavedExport(
  { caller, services }: OwnPlace,
  name: string,
  { attributes }: OwnSaid,
): Promise<string> {
  refuseOthers(
    attributes,
    'a saved export',
    { kind: COMMON['kind']!, notify: MAPPED['notify']! },
    OF_SAVED,
    EXPORT,
  );
  const saved = await services.exports.readSavedExport(name);
  const decay = await services.exports.findDecay(saved);
  if (decay !== undefined) throw decay;
  const limit = readCount(attributes, 'limit');
  const { format, notify } = attributes as { readonly format?: string; readonly notify?: readonly string[] };
  const formatOptions = readFormatOptions(attributes);
  const isOther = format !== undefined && format !== saved.body.format;
  return services.runs.queueExport({
    ...saved.body,
    ...(pick(attributes, EXPORT) as Partial<ExportAsked>),
    ...(limit === undefined ? {} : { limit }),
    ...(format === undefined ? {} : { format }),
    formatOptions: { ...(isOther ? {} : saved.body.formatOptions), ...formatOptions },
    ...(notify === undefined ? {} : { notify }),
    caller,
  });
}

/** The settings of a source, checked. */
export function toSource(said: Said) {
  const { entity, format } = said as { readonly entity?: string; readonly format?: string };
  const spelling = readSpelling(said);
  return {
    ...(entity === undefined ? {} : { entity }),
    ...(format === undefined ? {} : { format }),
    formatOptions: readFormatOptions(said),
    ...(spelling === undefined ? {} : { spelling }),
  };
}

function toMapping(said: Said) {
  const { mapping, notify } = said as { readonly mapping?: string; readonly notify?: readonly string[] };
  const document = said['mappingDocument'];
  if (mapping !== undefined && document !== undefined)
    throw misfit('mappingDocument', 'There is a mapping by name already: one of them is enough.');
  return {
    ...(mapping === undefined ? {} : { mapping }),
    // JSON is YAML.
    ...(document === undefined ? {} : { mappingText: JSON.stringify(document) }),
    ...(notify === undefined ? {} : { notify }),
  };
}
