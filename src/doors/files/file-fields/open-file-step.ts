// Puts the step together for one import, of storages, places and tables; opens what it needs when it is first needed.
import { resolve } from 'node:path';
import type { FileRule } from '../../../engine/catalog/index.js';
import { openStorage } from '../../../engine/storage/index.js';
import type { Storage } from '../../../engine/storage/storage.js';
import { storageError } from '../../../engine/storage/storage-errors.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { FileStep, FileTally } from '../import/file-step.js';
import type { ImportPlans } from '../import/import-plans.js';
import type { ImportSettings } from '../import/import-settings.js';
import type { PlaceSettings } from '../schedules/place.js';
import { type FilePlace, openPlaceAt, openPlaceBeside } from './beside-source.js';
import { FETCH_LIMITS, type FetchLimits } from './fetch-address.js';
import { noteField, noteWanted, readFetched, readKept } from './field-file-store.js';
import { createFileFieldStep, listRules } from './file-field-step.js';
import { createFileKeeper } from './file-keeper.js';
import { createFileRehearsal } from './file-rehearsal.js';
import type { KnownFiles, TakerParts } from './file-taker.js';
import { type FileWish, toShown } from './file-wish.js';

export interface FileRooms {
  readonly database: Queryable;
  readonly spoolFolder: string;
  readonly places?: PlaceSettings;
  /** What `from` of a field is relative to. */
  readonly projectFolder?: string;
  readonly sleep: (ms: number) => Promise<void>;
  readonly fetchLimits?: Partial<FetchLimits>;
}

export interface FileStepWish {
  readonly settings: ImportSettings;
  readonly plans: ImportPlans;
  /** Absent: a dry run. */
  readonly run?: string;
  readonly signal: AbortSignal;
  readonly patiently?: <T>(step: () => Promise<T>) => Promise<T>;
  /** Told after each file how many there were. */
  readonly onChecked?: (files: number) => void;
}

const FIRST_SHOWN = 10;

/** Undefined where the import fills no field that holds files. Throws STORAGE-105 for a storage that nobody configured. */
export async function openFileStep(rooms: FileRooms, wish: FileStepWish): Promise<FileStep | undefined> {
  const { settings, plans, run, signal, patiently = (step) => step() } = wish;
  const columns = listRules(plans);
  if (columns.length === 0) return undefined;
  for (const { rule } of columns) readStorageSettings(rooms, rule);
  if (run !== undefined) await patiently(() => noteFields(rooms.database, plans));

  const storages = new Map<string, Promise<Storage>>();
  const places = new Map<string, Promise<FilePlace | undefined>>();
  const parts: TakerParts = {
    spoolFolder: rooms.spoolFolder,
    allow: rooms.places?.allow ?? [],
    signal,
    storage: (rule) => once(storages, rule.storage, () => openFieldStorage(rooms, rule)),
    place: (rule) => {
      const { from } = rule;
      const { filesFrom, source } = settings;
      if (filesFrom !== undefined) return once(places, 'call', () => openPlaceAt(filesFrom));
      if (source.archive || from === undefined) return once(places, 'beside', () => openPlaceBeside(source));
      return once(places, `from ${from}`, () => openPlaceAt(resolve(rooms.projectFolder ?? '.', from)));
    },
  };
  let tally: FileTally = { checked: 0, toFetch: 0, firstToFetch: [], toAsk: 0 };
  const onChecked = () => {
    tally = { ...tally, checked: tally.checked + 1 };
    wish.onChecked?.(tally.checked);
  };
  const seen = new Set<string>();
  const onAddress = (url: string, known: boolean) => {
    if (seen.has(url)) return;
    seen.add(url);
    const { firstToFetch, toFetch, toAsk } = tally;
    const first =
      known || firstToFetch.length >= FIRST_SHOWN ? firstToFetch : [...firstToFetch, toShown(url)];
    tally = {
      ...tally,
      firstToFetch: first,
      toFetch: toFetch + (known ? 0 : 1),
      toAsk: toAsk + (known ? 1 : 0),
    };
  };
  const { database, sleep } = rooms;
  const limits = { ...FETCH_LIMITS, ...rooms.fetchLimits };
  const taker =
    run === undefined
      ? createFileRehearsal({ ...parts, onAddress, onChecked })
      : createFileKeeper({ ...parts, database, run, sleep, limits, patiently, onKept: onChecked });
  const look = (storage: string, wishes: readonly FileWish[]) =>
    patiently(() => lookUp(database, storage, wishes, run !== undefined));
  const step = createFileFieldStep(plans, { taker, look, signal });
  return {
    keep: step,
    tally: () => tally,
    async close() {
      const opened = [...storages.values(), ...places.values()];
      await Promise.all(
        opened.map((one) =>
          one.then(
            (open) => open?.close(),
            () => {},
          ),
        ),
      );
    },
  };
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = known.get(key) ?? make();
  known.set(key, made);
  return made;
}

/** The storage that a field keeps its files in. Throws STORAGE-105 if nobody configured it, and whatever opening it does. */
export async function openFieldStorage(
  rooms: Pick<FileRooms, 'places'>,
  rule: Pick<FileRule, 'storage'>,
): Promise<Storage> {
  const { allow = [], env = {} } = rooms.places ?? {};
  return openStorage(readStorageSettings(rooms, rule), { allow, env });
}

function readStorageSettings({ places }: Pick<FileRooms, 'places'>, { storage }: Pick<FileRule, 'storage'>) {
  const found = places?.storages[storage];
  if (found) return found;
  throw storageError(105, {
    detail: `No storage '${storage}' is configured, but a field keeps its files in it.`,
    hint: 'Name it under `storages` in dovetail.config.ts.',
  });
}

async function noteFields(db: Queryable, { plan, parts }: ImportPlans): Promise<void> {
  for (const { entity, columns } of [plan, ...parts.map((part) => part.plan)]) {
    for (const { field, target } of columns) {
      if (!field.file || target.path.length > 1) continue;
      const { schema, table } = entity;
      const { storage, address } = field.file;
      await noteField(db, storage, { schema, table, field: field.name, address });
    }
  }
}

async function lookUp(
  db: Queryable,
  storage: string,
  wishes: readonly FileWish[],
  notes: boolean,
): Promise<KnownFiles> {
  const paths = wishes.flatMap((wish) => (wish.kind === 'stored' ? [wish.path] : []));
  const addresses = wishes.flatMap((wish) => (wish.kind === 'address' ? [wish.url] : []));
  const fetched = await readFetched(db, storage, addresses);
  if (notes) await noteWanted(db, storage, [...paths, ...[...fetched.values()].map(({ file }) => file.path)]);
  // After the note: what is read now stays.
  return { kept: await readKept(db, storage, paths), fetched };
}
