// Takes files for good: known first, then put into the storage, and only then named by a record. What is lost on the way is a file that no
// record names, and that is found again by its row.
import type { FileRule } from '../../../engine/catalog/index.js';
import type { Storage } from '../../../engine/storage/storage.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { checkFacts, type FileFacts, otherType } from './check-content.js';
import { findTypeByEnding } from './content-type.js';
import { type FetchLimits, fetchFrom } from './fetch-address.js';
import { toFetchRefusal, toGivenUp } from './fetch-refusal.js';
import { type FetchedFileRow, noteFetched, noteFile, notePut } from './field-file-store.js';
import { type FileTaker, type KnownFiles, openLocal, type TakerParts, withContent } from './file-taker.js';
import type { SpooledContent } from './spooled-content.js';

export interface KeeperParts extends TakerParts {
  readonly database: Queryable;
  readonly run: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly limits: FetchLimits;
  /** Does again what failed because the database was away. */
  readonly patiently: <T>(step: () => Promise<T>) => Promise<T>;
  readonly onKept: () => void;
}

/** So many addresses of a host in a row that do not answer, and the run asks it no more. */
const MOST_SILENT = 10;
const PUT_TRIES = 3;

export function createFileKeeper(parts: KeeperParts): FileTaker {
  const { database, patiently, run } = parts;
  const silent = new Map<string, number>();

  async function put(rule: FileRule, content: SpooledContent, facts: FileFacts): Promise<string> {
    const storage = await parts.storage(rule);
    await patiently(() => noteFile(database, rule.storage, facts));
    await again(async () => {
      if ((await storage.stat(facts.path))?.size !== facts.size)
        await storage.put(facts.path, content.stream());
    });
    await patiently(() => notePut(database, rule.storage, facts.path));
    parts.onKept();
    return facts.path;
  }

  /** A storage that is away for a moment is no reason to end a run. */
  async function again<T>(step: () => Promise<T>): Promise<T> {
    for (let tried = 1; ; tried++) {
      try {
        return await step();
      } catch (error) {
        const passes = error instanceof DovetailError && error.consequence === 'retry';
        if (!passes || tried >= PUT_TRIES) throw error;
        await parts.sleep(parts.limits.pauseMs * 2 ** tried);
        parts.signal.throwIfAborted();
      }
    }
  }

  const isThere = async (
    storage: Storage,
    { path, size }: Pick<FileFacts, 'path' | 'size'>,
  ): Promise<boolean> => (await again(() => storage.stat(path)))?.size === size;

  async function fetch(rule: FileRule, url: string, before: FetchedFileRow | undefined): Promise<string> {
    const known = before && (await isThere(await parts.storage(rule), before.file)) ? before : undefined;
    const hasVersion = known?.etag !== undefined || known?.lastModified !== undefined;
    const stays =
      rule.refetch === 'never' || (rule.refetch === 'changed' && !hasVersion) || known?.run === run;
    if (known && stays) {
      checkFacts(known.file, rule);
      return known.file.path;
    }
    const host = URL.canParse(url) ? new URL(url).host : '';
    if ((silent.get(host) ?? 0) >= MOST_SILENT) throw toGivenUp(url, MOST_SILENT);
    const { etag, lastModified } = rule.refetch === 'changed' && known ? known : {};
    const version = {
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    };
    const terms = { ...parts, maxBytes: rule.maxBytes };
    try {
      const answer = await fetchFrom(url, version, terms, (body, signal) =>
        withContent(parts, rule, body, signal, (content, facts) => put(rule, content, facts)),
      );
      silent.delete(host);
      if (answer.same) checkFacts(known!.file, rule);
      const path = answer.same ? known!.file.path : answer.taken;
      const said = answer.same ? version : answer;
      const fetched = { storage: rule.storage, address: url, path, run, ...said };
      await patiently(() => noteFetched(database, fetched));
      return path;
    } catch (error) {
      parts.signal.throwIfAborted();
      const refusal = toFetchRefusal(error, url);
      if (refusal?.code === 'FILES-146') silent.set(host, (silent.get(host) ?? 0) + 1);
      throw refusal ?? error;
    }
  }

  async function findStored(rule: FileRule, path: string, { kept }: KnownFiles): Promise<string | undefined> {
    const facts = kept.get(path);
    if (facts?.put) {
      checkFacts(facts, rule);
      return path;
    }
    const storage = await parts.storage(rule);
    const there = await again(() => storage.stat(path));
    const type = findTypeByEnding(path);
    if (there === undefined || type === undefined) return undefined;
    // Put by another installation, which looked at it as we would.
    if (!rule.types.includes(type)) throw otherType(`The stored file is ${type}`, rule);
    return path;
  }

  return {
    async take(rule, wish, known) {
      if (wish.kind === 'address') {
        return rule.address + (await fetch(rule, wish.url, known.fetched.get(wish.url)));
      }
      const stored = wish.kind === 'stored' ? await findStored(rule, wish.path, known) : undefined;
      if (stored !== undefined) return rule.address + stored;
      const bytes = await openLocal(parts, rule, wish);
      const path = await withContent(parts, rule, bytes, parts.signal, (content, facts) =>
        put(rule, content, facts),
      );
      return rule.address + path;
    },
  };
}
