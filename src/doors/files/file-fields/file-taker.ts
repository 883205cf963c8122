// How a file is taken: what is wanted, what is known of it already, and what it needs to be looked at.
import type { FileRule } from '../../../engine/catalog/index.js';
import type { Storage } from '../../../engine/storage/storage.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { importError } from '../import/import-errors.js';
import type { FilePlace } from './beside-source.js';
import { checkFacts, type FileFacts, readFacts } from './check-content.js';
import type { FetchedFileRow, KeptFileRow } from './field-file-store.js';
import { type FileWish, toShown } from './file-wish.js';
import { type SpooledContent, spoolContent, tooLarge } from './spooled-content.js';

/** What the tables say of the files of a batch, by path and by address. */
export interface KnownFiles {
  readonly kept: ReadonlyMap<string, KeptFileRow>;
  readonly fetched: ReadonlyMap<string, FetchedFileRow>;
}

export interface FileTaker {
  /** What the field is to hold. Throws FILES-140 to 148 where there is no such file, or the rule does not take it. */
  take(rule: FileRule, wish: FileWish, known: KnownFiles): Promise<string>;
}

/** What every way of taking files needs. */
export interface TakerParts {
  /** The storage of a rule. Throws STORAGE-105. */
  readonly storage: (rule: FileRule) => Promise<Storage>;
  /** Where the paths of a rule's cells lead; undefined for a source that lies nowhere. */
  readonly place: (rule: FileRule) => Promise<FilePlace | undefined>;
  readonly spoolFolder: string;
  readonly allow: readonly string[];
  readonly signal: AbortSignal;
}

/** Spools bytes, looks at them, and calls `use`; forgets them in the end. */
export async function withContent<T>(
  { spoolFolder }: Pick<TakerParts, 'spoolFolder'>,
  rule: FileRule,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  signal: AbortSignal,
  use: (content: SpooledContent, facts: FileFacts) => Promise<T>,
): Promise<T> {
  const content = await spoolContent(bytes, { folder: spoolFolder, maxBytes: rule.maxBytes, signal });
  try {
    const facts = await readFacts(content, rule);
    checkFacts(facts, rule);
    return await use(content, facts);
  } finally {
    await content.remove();
  }
}

/** The bytes of a file that is at hand: in the cell itself, or beside the table. */
export async function openLocal(
  { place }: Pick<TakerParts, 'place'>,
  rule: FileRule,
  wish: Exclude<FileWish, { kind: 'address' }>,
): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> {
  if (wish.kind === 'data') return [wish.bytes];
  const beside = await place(rule);
  if (beside === undefined) {
    throw importError(140, {
      detail: `${toShown(wish.path)} is a path, and the table came without a folder.`,
      hint: 'Say with --files-from which folder or zip file the files lie in.',
    });
  }
  try {
    const found = await beside.read(wish.path);
    // Said beforehand: nothing of it need be read.
    if (found.size > rule.maxBytes) throw tooLarge(rule.maxBytes);
    return readable(await found.open(), wish.path);
  } catch (error) {
    throw toUnreadable(error, wish.path);
  }
}

async function* readable(bytes: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    throw toUnreadable(error, path);
  }
}

/** What a place says of one of its files is that row's trouble; what the machine says is the run's. */
function toUnreadable(error: unknown, path: string): unknown {
  if (!(error instanceof DovetailError) || error.code.startsWith('FILES-')) return error;
  return importError(148, {
    detail: `${toShown(path)} can't be read: ${error.detail}`,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    cause: error,
  });
}
