// What a workbook is made of: its sheets in order, its date system, its styles and shared texts. Paths and prefixes are as free as
// the standard leaves them (ECMA-376 part 2: relationships name the parts; programs choose the places).
import { formatsError } from '../formats-errors.js';
import { findAttribute, readXmlPart } from '../grid/xml-part.js';
import type { ZipArchive, ZipEntry } from '../zip/zip-archive.js';

export interface WorkbookSheet {
  readonly name: string;
  readonly hidden: boolean;
  readonly kind: 'sheet' | 'chart';
  /** Undefined if the workbook names a part that isn't there. */
  readonly part: ZipEntry | undefined;
}

export interface Workbook {
  readonly dateSystem: 1900 | 1904;
  readonly sheets: readonly WorkbookSheet[];
  readonly styles: ZipEntry | undefined;
  readonly sharedStrings: ZipEntry | undefined;
}

interface Relation {
  readonly id: string;
  readonly type: string;
  readonly path: string;
}

const MAX_SHEETS = 10_000;

/** Throws FORMATS-123 for archives that are no workbook of XML, 124 for broken parts. */
export async function readWorkbook(zip: ZipArchive): Promise<Workbook> {
  const part = await findWorkbookPart(zip);
  const relations = await readRelations(zip, part.name);
  const listed: { name: string; state: string; id: string }[] = [];
  let date1904: boolean | undefined;
  await readXmlPart(part.name, zip.read(part), {
    open(name, attributes) {
      // Extensions further down use the same names for other things.
      if (name === 'workbookPr') date1904 ??= isOn(findAttribute(attributes, 'date1904'));
      if (name !== 'sheet') return;
      listed.push({
        name: findAttribute(attributes, 'name') ?? '',
        state: findAttribute(attributes, 'state') ?? '',
        id: attributes['r:id'] ?? findAttribute(attributes, 'id') ?? '',
      });
      if (listed.length > MAX_SHEETS)
        throw formatsError(122, {
          detail: `The workbook has more than ${MAX_SHEETS} sheets.`,
          hint: 'Save the sheet as CSV and import that.',
        });
    },
  });
  const byType = (type: string) => relations.find((each) => each.type === type)?.path;
  return {
    dateSystem: date1904 ? 1904 : 1900,
    sheets: listed.map((sheet) => {
      const relation = relations.find(({ id }) => id === sheet.id);
      const chart = relation !== undefined && /^(chart|dialog|xlMacro)/i.test(relation.type);
      return {
        name: sheet.name,
        hidden: sheet.state !== '' && sheet.state !== 'visible',
        kind: chart ? 'chart' : 'sheet',
        part: relation && zip.find(relation.path),
      };
    }),
    styles: zip.find(byType('styles') ?? resolvePath(part.name, 'styles.xml')),
    sharedStrings: zip.find(byType('sharedStrings') ?? resolvePath(part.name, 'sharedStrings.xml')),
  };
}

async function findWorkbookPart(zip: ZipArchive): Promise<ZipEntry> {
  const root = await readRelations(zip, '');
  const named = root.find(({ type }) => type === 'officeDocument')?.path;
  const part = (named === undefined ? undefined : zip.find(named)) ?? zip.find('xl/workbook.xml');
  const binary = part?.name.endsWith('.bin') ? part : zip.find('xl/workbook.bin');
  if (part && part !== binary) return part;
  if (binary) {
    throw formatsError(123, {
      detail: 'The source is a binary Excel workbook (XLSB).',
      hint: 'Open it in Excel, save it as an Excel workbook (.xlsx) and import that.',
    });
  }
  throw formatsError(123, {
    detail: 'The ZIP container holds no workbook.',
    hint: 'Open the file in its program, save it as an Excel workbook (.xlsx) and import that.',
  });
}

/** The relationships of a part; of the package itself for ''. None if there is no such part. */
async function readRelations(zip: ZipArchive, of: string): Promise<readonly Relation[]> {
  const slash = of.lastIndexOf('/') + 1;
  const part = zip.find(`${of.slice(0, slash)}_rels/${of.slice(slash)}.rels`);
  if (!part) return [];
  const relations: Relation[] = [];
  await readXmlPart(part.name, zip.read(part), {
    open(name, attributes) {
      if (name !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const type = attributes['Type'] ?? '';
      relations.push({
        id: attributes['Id'] ?? '',
        type: type.slice(type.lastIndexOf('/') + 1),
        path: resolvePath(of, attributes['Target'] ?? ''),
      });
    },
  });
  return relations;
}

/** The place of a target as the part `from` names it: relative to the part's folder, or absolute with a slash. */
function resolvePath(from: string, target: string): string {
  const plain = target.replaceAll('\\', '/');
  const steps = plain.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of plain.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

export function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true' || value === 'on';
}
