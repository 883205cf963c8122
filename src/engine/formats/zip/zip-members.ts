// A zip file of tables: which of its files are tables, and the one that is meant. Workbooks are zip files too, and none of these.
import { formatsError } from '../formats-errors.js';
import type { SourceFile } from '../table-format.js';
import { openZip, type ZipArchive, type ZipEntry } from './zip-archive.js';
import { isZip } from './zip-names.js';

/** Parts that only documents of office programs have. */
const OFFICE_PARTS = [
  '[Content_Types].xml',
  '_rels/.rels',
  'xl/workbook.xml',
  'xl/workbook.bin',
  'mimetype',
  'META-INF/manifest.xml',
  'content.xml',
];

/** The archive if the file is a zip of files; undefined if it is none, or a document of an office program. Throws FORMATS-120, 122. */
export async function findArchive(file: SourceFile): Promise<ZipArchive | undefined> {
  if (!isZip(await file.read(0, 4))) return undefined;
  // Pictures may lie beside the tables: as many as the old form of zip has room for.
  const archive = await openZip(file, { maxEntries: 65_535 });
  return OFFICE_PARTS.some((name) => archive.find(name)) ? undefined : archive;
}

/** The files in it that are tables by their endings (`extensions`, without dot), also gzipped. What systems leave beside them is none. */
export function listTableEntries(archive: ZipArchive, extensions: readonly string[]): readonly ZipEntry[] {
  const tables = archive.entries.filter(({ name }) => {
    const parts = name.split('/');
    if (parts.includes('__MACOSX') || parts.at(-1)!.startsWith('.')) return false;
    const ending = /\.([a-z0-9]+)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
    return ending !== undefined && extensions.includes(ending);
  });
  // A text beside tables explains them.
  const sure = tables.filter(({ name }) => !/\.txt$/i.test(name));
  return sure.length > 0 ? sure : tables;
}

/** The only table, or the one called `wanted`, with or without its folders. Throws FORMATS-126 with those there are. */
export function readTableEntry(
  archive: ZipArchive,
  extensions: readonly string[],
  wanted: string | undefined,
): ZipEntry {
  const tables = listTableEntries(archive, extensions);
  if (wanted === undefined) {
    if (tables.length === 1) return tables[0]!;
    throw formatsError(126, {
      detail:
        tables.length === 0
          ? 'The archive holds no file that is a table by its ending.'
          : `The archive holds ${tables.length} tables.`,
      hint:
        tables.length === 0
          ? `It holds ${nameEntries(archive.entries)}.`
          : `Name one with --member: ${nameEntries(tables)}. Without --entity and --mapping all are imported, each into the entity it is named after.`,
    });
  }
  const lower = wanted.toLowerCase();
  const found =
    archive.find(wanted) ?? archive.entries.find(({ name }) => name.toLowerCase().endsWith(`/${lower}`));
  if (found) return found;
  throw formatsError(126, {
    detail: `The archive holds no file ${JSON.stringify(wanted)}.`,
    hint: `It holds ${nameEntries(tables.length > 0 ? tables : archive.entries)}.`,
  });
}

function nameEntries(entries: readonly ZipEntry[]): string {
  if (entries.length === 0) return 'nothing';
  const names = entries.slice(0, 20).map(({ name }) => name);
  return `${names.join(', ')}${entries.length > 20 ? ' …' : ''}`;
}
