// The storages of the configuration: which there are, and whether one can be reached with what it is set to.
import { type ShownStorage, toShownStorages } from '../../../engine/storage/index.js';
import { storageError } from '../../../engine/storage/storage-errors.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { openNamedStorage, type PlaceSettings } from '../schedules/place.js';

export interface StorageServices {
  /** By name, without what lets one in. */
  listStorages(): readonly ShownStorage[];
  /** Opens it and looks for a first file; writes nothing. Throws STORAGE-105 for one that nobody configured. */
  checkStorage(name: string): Promise<StorageReport>;
}

export interface StorageReport {
  readonly name: string;
  readonly ok: boolean;
  /** Path of the first file; absent where there is none, or it can't be reached. */
  readonly first?: string;
  readonly problem?: { readonly code: string; readonly detail: string; readonly hint?: string };
}

const PATIENCE_MS = 15_000;

/** `patienceMs`: how long one may take to answer. Default 15 s. */
export function createStorageServices(places: PlaceSettings, patienceMs = PATIENCE_MS): StorageServices {
  return {
    listStorages: () => toShownStorages(places.storages),
    async checkStorage(name) {
      try {
        const first = await within(patienceMs, readFirst(name, places));
        return { name, ok: true, ...(first === undefined ? {} : { first }) };
      } catch (error) {
        if (!(error instanceof DovetailError) || error.code === 'STORAGE-105') throw error;
        const { code, detail, hint } = error;
        return { name, ok: false, problem: { code, detail, ...(hint === undefined ? {} : { hint }) } };
      }
    },
  };
}

async function readFirst(name: string, places: PlaceSettings): Promise<string | undefined> {
  const storage = await openNamedStorage(name, places);
  try {
    for await (const { path } of storage.list('')) return path;
    return undefined;
  } finally {
    await storage.close();
  }
}

/** Throws STORAGE-103 where it takes longer; what is under way ends by its own time limits. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const limit = AbortSignal.timeout(ms);
  const late = new Promise<never>((_, refuse) => {
    limit.addEventListener('abort', () =>
      refuse(storageError(103, { detail: `It did not answer within ${ms / 1000} seconds.` })),
    );
  });
  return Promise.race([work, late]).finally(() => void work.catch(() => {}));
}
