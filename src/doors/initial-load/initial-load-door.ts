// The door `initial-load`: SQL scripts and fixtures of a project, in versions, each applied once or kept in step.
import { basename, resolve } from 'node:path';
import type { AlertCalls } from '../../engine/alerts/index.js';
import type { CatalogService } from '../../engine/catalog/index.js';
import type { LoadSettings } from '../../foundation/config/project-config.js';
import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { Database } from '../../foundation/postgres/database.js';
import { compareVersions } from './folder/name-order.js';
import { type LoadFolder, readLoadFolder, requireEnvironment } from './folder/read-folder.js';
import { tellOfLoad } from './load-alerts.js';
import { loadError } from './load-errors.js';
import type { FileStatus, LoadPlace, LoadServices } from './load-services.js';
import { type LoadedFile, readLoadedFiles, removeLoadedFile, saveLoadedFile } from './loaded-files-store.js';
import { orderFiles } from './plan/file-order.js';
import { planLoad, stateOf } from './plan/load-plan.js';
import { applyPending, rehearsePending } from './run-load.js';

export interface InitialLoadRooms {
  readonly database: Database;
  readonly catalog: CatalogService;
  readonly sleep: (ms: number) => Promise<void>;
  /** The configuration's `load`. */
  readonly settings: LoadSettings | undefined;
  /** Absolute path of the project: where its configuration lies, else where we work. Whatever is run lies below it. */
  readonly projectFolder: string;
  /** Path of our entry module, for fixtures in TypeScript. */
  readonly entry: string | undefined;
  /** Told of files that failed. Default: nobody. */
  readonly alerts?: Pick<AlertCalls, 'raise' | 'settle'>;
}

export function createInitialLoadDoor(rooms: InitialLoadRooms) {
  const { database, catalog, sleep, projectFolder } = rooms;
  const settings = rooms.settings ?? {};

  const folderOf = (place: LoadPlace): string =>
    place.folder ?? resolve(projectFolder, settings.folder ?? 'load');

  function readFolder(place: LoadPlace): Promise<LoadFolder> {
    if (place.environment !== undefined) requireEnvironment(place.environment, settings);
    // The configuration may name a folder anywhere: it is the project's own word.
    const configured = settings.folder === undefined ? [] : [resolve(projectFolder, settings.folder)];
    const roots = [projectFolder, ...configured, ...(place.root === undefined ? [] : [place.root])];
    return readLoadFolder(
      folderOf(place),
      roots,
      isConfigured(place) ? settings : { environments: settings.environments ?? [] },
    );
  }

  /** What the configuration says of single files is about its own folder. */
  const isConfigured = (place: LoadPlace): boolean =>
    place.folder === undefined || resolve(place.folder) === resolve(projectFolder, settings.folder ?? 'load');

  function findFile(word: string, known: readonly string[]): string {
    const plain = word.replaceAll('\\', '/').replace(/^\.\//, '');
    const fitting = known.filter(
      (path) => path === plain || plain.endsWith(`/${path}`) || path.endsWith(`/${plain}`),
    );
    const exact = known.find((path) => path === plain);
    if (exact !== undefined) return exact;
    if (fitting.length === 1) return fitting[0]!;
    const near = didYouMean(plain, known);
    throw loadError(109, {
      detail:
        fitting.length > 1 ? `'${word}' may be ${fitting.join(' or ')}.` : `There is no file '${word}'.`,
      hint:
        near === undefined ? '`dovetail load status` lists the files there are.' : `Did you mean '${near}'?`,
      pointer: { file: word },
    });
  }

  const services: LoadServices = {
    async load(call) {
      const folder = await readFolder(call);
      const loaded = await readLoadedFiles(database, folder.name);
      const plan = await planLoad(folder, loaded, { environment: call.environment, entry: rooms.entry });
      const run = { database, catalog, sleep, folder, plan, call };
      const report = await (call.dryRun ? rehearsePending(run) : applyPending(run));
      if (rooms.alerts !== undefined) await tellOfLoad(report, rooms.alerts);
      return report;
    },
    async readStatus(place) {
      const folder = await readFolder(place);
      const loaded = await readLoadedFiles(database, folder.name);
      return {
        folder: folder.name,
        files: listStatus(folder, loaded, place.environment),
        ignored: folder.ignored,
      };
    },
    async forget(place, file) {
      const folder = basename(folderOf(place));
      const path = findFile(file, [...(await readLoadedFiles(database, folder)).keys()]);
      const appliedAt = await removeLoadedFile(database, folder, path);
      return { path, appliedAt: (appliedAt ?? new Date()).toISOString() };
    },
    async accept(place, file) {
      const folder = await readFolder(place);
      const path = findFile(
        file,
        folder.files.map((each) => each.path),
      );
      const { version, checksum } = folder.files.find((each) => each.path === path)!;
      const environment = place.environment;
      const note = { folder: folder.name, path, version, checksum, environment };
      await saveLoadedFile(database, { ...note, milliseconds: undefined, counters: {}, runs: [] });
      return { path };
    },
  };
  return { name: 'initial-load', services, tasks: {} } as const;
}

export type InitialLoadDoor = ReturnType<typeof createInitialLoadDoor>;

function listStatus(
  folder: LoadFolder,
  loaded: ReadonlyMap<string, LoadedFile>,
  environment: string | undefined,
): readonly FileStatus[] {
  const onDisk = orderFiles(folder.files.map((file) => ({ ...file, after: [], wishes: [] })));
  const known = onDisk.map((file): FileStatus => {
    const { path, version, kind, head } = file;
    const { keep, strategy, environments } = head;
    return {
      path,
      ...(version === undefined ? {} : { version }),
      kind,
      keep,
      environments,
      ...(strategy === undefined ? {} : { strategy }),
      state: stateOf(file, loaded, environment),
      ...appliedOf(loaded.get(path)),
    };
  });
  const missing = [...loaded.values()]
    .filter(({ path }) => !folder.files.some((file) => file.path === path))
    .sort((a, b) => compareVersions(a.version, b.version))
    .map((applied): FileStatus => {
      const { path, version } = applied;
      return { path, ...(version === undefined ? {} : { version }), state: 'missing', ...appliedOf(applied) };
    });
  return [...known, ...missing];
}

function appliedOf(applied: LoadedFile | undefined): Pick<FileStatus, 'appliedAt' | 'environment' | 'runs'> {
  if (applied === undefined) return { runs: [] };
  const { appliedAt, environment, runs } = applied;
  return { appliedAt: appliedAt.toISOString(), ...(environment === undefined ? {} : { environment }), runs };
}
