// Mappings by name, suggested, checked, kept in versions.
import { readFile } from 'node:fs/promises';
import { type CatalogService, findEntity } from '../../../engine/catalog/index.js';
import { lookAtSource } from '../../../engine/formats/look-at-source.js';
import {
  bindMapping,
  bindTransform,
  checkMapping,
  deleteMapping,
  findMapping,
  isMappingName,
  isRich,
  learnSynonyms,
  listBlankReferences,
  listExportGaps,
  listSourceColumns,
  readMappings,
  saveMapping,
  toPointer,
} from '../../../engine/mapping/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Database } from '../../../foundation/postgres/database.js';
import { importError } from '../import/import-errors.js';
import type { CheckMappingCall, MappingProblem, MappingServices, SourceCall } from './mapping-calls.js';
import { type OpenedMapping, openMapping, splitName } from './open-mapping.js';
import { suggestMapping } from './suggest-mapping.js';

export function createMappingServices(database: Database, catalog: CatalogService): MappingServices {
  return {
    listMappings: (name) => readMappings(database, name),
    readMapping: readSaved,

    async saveMapping({ name, note, createdBy, ...wish }) {
      if (!isMappingName(name)) {
        throw importError(110, {
          detail: `'${name}' is no name for a mapping.`,
          hint: 'Letters, digits, dots, dashes and underscores, at most 100; begin with a letter or digit.',
        });
      }
      const opened = await openMapping(database, wish);
      const [problem] = problemsOf(opened, await catalog.read());
      if (problem) throw problem;
      const body = opened.body ?? (await readFile(wish.mapping, 'utf8'));
      const { entity } = opened.mapping;
      return database.transaction(async (client) => {
        const before = await findMapping(client, name);
        const about = { name, entity, body, createdBy, ...(note === undefined ? {} : { note }) };
        const version = await saveMapping(client, about);
        const isNew = version !== before?.version;
        if (isNew) await learnSynonyms(client, opened.mapping, name);
        return { name, version, entity, isNew };
      });
    },

    async deleteMapping(name) {
      await readSaved(name);
      return { name, versions: await deleteMapping(database, name) };
    },

    async suggestMapping(call) {
      const known = await catalog.read();
      findEntity(known, call.entity);
      const { columns, first } = await lookAtSource({ path: call.source, name: call.source }, call, []);
      return suggestMapping(database, known, { entity: call.entity, source: call.source, columns, first });
    },

    async checkMapping(call: CheckMappingCall) {
      const opened = await openMapping(database, call);
      const { mapping, place, name } = opened;
      const known = await catalog.read();
      const found: DovetailError[] = problemsOf(opened, known);
      const gaps = listExportGaps(mapping).map((gap) => {
        const { line } = toPointer(place, gap.where);
        return { ...gap, ...(line === undefined ? {} : { line }) };
      });
      let unmatched: readonly string[] = [];
      let warnings: readonly string[] = [];
      if (call.source && found.length === 0) {
        const columns = await readColumns(call.source, listSourceColumns(mapping));
        try {
          const bind = isRich(mapping) ? bindTransform : bindMapping;
          ({ unmatched, warnings } = bind(mapping, known, columns, { place, lenient: true }));
        } catch (error) {
          if (!(error instanceof DovetailError)) throw error;
          found.push(error);
        }
      }
      const problems = found.map(toProblem);
      if (found.length === 0) warnings = [...warnings, ...listBlankReferences(mapping, known)];
      return { name, entity: mapping.entity, problems, importOnly: gaps, unmatched, warnings };
    },
  };

  async function readSaved(text: string) {
    const { name, version } = splitName(text);
    const saved = name === undefined ? undefined : await findMapping(database, name, version);
    if (saved) return saved;
    throw importError(109, {
      detail: `There is no saved mapping ${text}.`,
      hint: '`dovetail mapping list` names those there are.',
    });
  }
}

/** Besides what is wrong with it against the database, what its expressions have wrong with themselves. */
function problemsOf(
  { mapping, place }: OpenedMapping,
  catalog: Parameters<typeof checkMapping>[1],
): DovetailError[] {
  const problems = [...checkMapping(mapping, catalog, place)];
  if (problems.length > 0 || !isRich(mapping)) return problems;
  try {
    bindTransform(mapping, catalog, listSourceColumns(mapping), { place, lenient: true });
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    problems.push(error);
  }
  return problems;
}

async function readColumns(call: SourceCall, whole: readonly string[]): Promise<readonly string[]> {
  const { columns } = await lookAtSource({ path: call.source, name: call.source }, call, whole);
  return columns;
}

const toProblem = ({ code, detail, hint, pointer }: DovetailError): MappingProblem => ({
  code,
  detail,
  ...(hint === undefined ? {} : { hint }),
  ...(pointer === undefined ? {} : { pointer }),
});
