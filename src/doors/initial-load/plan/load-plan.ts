// What there is to do: each file with its state, its document, and what it needs, before anything is applied.
import { readFile } from 'node:fs/promises';
import type { Catalog } from '../../../engine/catalog/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { readScript } from '../apply/apply-script.js';
import type { FixtureDocument } from '../fixtures/document.js';
import { readDocument } from '../fixtures/read-document.js';
import { readModule } from '../fixtures/read-module.js';
import type { LoadFile } from '../folder/load-file.js';
import { compareVersions } from '../folder/name-order.js';
import type { LoadFolder } from '../folder/read-folder.js';
import { loadError } from '../load-errors.js';
import type { FileState } from '../load-services.js';
import type { LoadedFile } from '../loaded-files-store.js';
import { createSymbolIndex, listReferences, type SymbolIndex } from '../symbols/symbol-index.js';
import { type OrderedFile, orderFiles, resolveAfter } from './file-order.js';

/** The state of a file on disk. */
export function stateOf(
  file: LoadFile,
  loaded: ReadonlyMap<string, LoadedFile>,
  environment: string | undefined,
): Exclude<FileState, 'missing'> {
  const applied = loaded.get(file.path);
  if (applied !== undefined) return applied.checksum === file.checksum ? 'applied' : 'changed';
  return isFor(file, environment) ? 'pending' : 'left out';
}

export const isFor = ({ head }: LoadFile, environment: string | undefined): boolean =>
  head.environments.length === 0 || (environment !== undefined && head.environments.includes(environment));

export interface PendingFile extends LoadFile, OrderedFile {
  readonly after: readonly string[];
  /** Paths of files with records that this one refers to. */
  readonly refersTo: readonly string[];
  /** Of documents and modules. */
  readonly document?: FixtureDocument;
  /** True if an earlier state of it was applied. */
  readonly again: boolean;
}

export interface LoadPlan {
  readonly pending: readonly PendingFile[];
  readonly symbols: SymbolIndex;
  readonly unchanged: number;
  /** Whatever would keep the load from beginning. */
  readonly problems: readonly DovetailError[];
}

/** Throws for what is wrong with the folder as a whole; what is wrong with single files is among the problems. */
export async function planLoad(
  folder: LoadFolder,
  loaded: ReadonlyMap<string, LoadedFile>,
  about: { readonly environment: string | undefined; readonly entry: string | undefined },
): Promise<LoadPlan> {
  const problems: DovetailError[] = [];
  const collect = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DovetailError)) throw error;
      problems.push(error);
      return undefined;
    }
  };
  const states = folder.files.map((file) => ({ file, state: stateOf(file, loaded, about.environment) }));
  for (const { file, state } of states) {
    if (state === 'changed' && file.head.keep === 'once') problems.push(changedFile(folder.name, file));
  }
  const wanted = states.filter(
    ({ file, state }) => state === 'pending' || (state === 'changed' && file.head.keep === 'in-step'),
  );
  const unchanged = states.filter(({ state }) => state === 'applied').length;
  const nothing = { pending: [], symbols: createSymbolIndex([]), unchanged, problems };
  if (wanted.length === 0) return nothing;

  const documents = new Map<string, FixtureDocument>();
  for (const { file, state } of states) {
    // What is not meant for here is not run either.
    const idle = file.kind === 'module' && state === 'left out';
    const document = idle ? undefined : await collect(() => readFixture(file, about));
    if (document !== undefined) documents.set(file.path, document);
  }
  const indexed = folder.files.flatMap((file) => {
    const document = documents.get(file.path);
    return document === undefined
      ? []
      : [{ path: file.path, document, inEffect: isFor(file, about.environment) || loaded.has(file.path) }];
  });
  const symbols = (await collect(() => createSymbolIndex(indexed))) ?? nothing.symbols;
  const versions = new Map(folder.files.map((file) => [file.path, file.version]));
  const pending: PendingFile[] = [];
  for (const { file, state } of wanted) {
    const after = (await collect(() => resolveAfter(file, folder.files))) ?? [];
    const document = documents.get(file.path);
    const found = await collect(() => findReferred(file, document, symbols, versions));
    const refersTo = found ?? [];
    if (file.kind === 'script') await collect(() => readScript(file));
    pending.push({
      ...file,
      after,
      refersTo,
      wishes: refersTo,
      again: state === 'changed',
      ...(document === undefined ? {} : { document }),
    });
  }
  const ordered = await collect(() => orderFiles(pending));
  return { pending: ordered ?? pending, symbols, unchanged, problems };
}

async function readFixture(
  file: LoadFile,
  about: { readonly environment: string | undefined; readonly entry: string | undefined },
): Promise<FixtureDocument | undefined> {
  if (file.kind === 'document') return readDocument(await readFile(file.absolute, 'utf8'), file.path);
  if (file.kind !== 'module') return undefined;
  const { environment } = about;
  return readModule(file.absolute, file.path, about.entry, environment === undefined ? {} : { environment });
}

/** The files that hold the records referred to. Throws LOAD-204 for a symbol that is unknown, or only known in a later version. */
function findReferred(
  file: LoadFile,
  document: FixtureDocument | undefined,
  symbols: SymbolIndex,
  versions: ReadonlyMap<string, string | undefined>,
): readonly string[] {
  const files = new Set<string>();
  for (const record of [...(document?.entities.values() ?? [])].flat()) {
    for (const { reference, line, column } of listReferences(record)) {
      const found = symbols.read(reference, { file: file.path, line, column });
      if (compareVersions(versions.get(found.file), file.version) > 0) {
        throw loadError(204, {
          detail: `Line ${line}, column ${column}: @${reference.entity}.${reference.symbol} stands in ${found.file}, which belongs to a later version.`,
          hint: 'Move one of the two.',
          pointer: { file: file.path, line, column: String(column) },
        });
      }
      if (found.file !== file.path) files.add(found.file);
    }
  }
  return [...files];
}

function changedFile(folder: string, file: LoadFile): DovetailError {
  return loadError(108, {
    detail: `${folder}/${file.path} was applied, and has changed since.`,
    hint: `Put it back and write the change as a new file. Or let it be applied again (\`dovetail load forget ${file.path}\`), take it as it is (\`dovetail load accept ${file.path}\`), or have it kept in step (\`dovetail keep: in-step\` in its head).`,
    pointer: { file: file.path },
  });
}

/** The same files in the order that the foreign keys ask for besides, as far as the catalog knows their entities. */
export function orderByCatalog(pending: readonly PendingFile[], catalog: Catalog): readonly PendingFile[] {
  const fills = new Map<string, string[]>();
  for (const file of pending) {
    for (const entity of listEntities(file, catalog))
      fills.set(entity, [...(fills.get(entity) ?? []), file.path]);
  }
  return orderFiles(
    pending.map((file) => {
      const referred = listEntities(file, catalog).flatMap((name) =>
        catalog.entities
          .get(name)!
          .relations.flatMap((one) => (one.kind === 'one' && one.entity !== name ? [one.entity] : [])),
      );
      const byKey = [...new Set(referred)].flatMap((name) => fills.get(name) ?? []);
      return { ...file, wishes: [...file.refersTo, ...byKey].filter((path) => path !== file.path) };
    }),
  );
}

/** Names of the entities that the file fills and the catalog has. */
export function listEntities(file: PendingFile, catalog: Catalog): readonly string[] {
  const written =
    file.kind === 'table' ? [file.head.entity ?? ''] : [...(file.document?.entities.keys() ?? [])];
  return written.flatMap((name) => {
    const entity =
      catalog.entities.get(name) ??
      [...catalog.entities.values()].find((one) => `${one.schema}.${one.table}` === name);
    return entity === undefined ? [] : [entity.name];
  });
}
