// With whose rights something is imported or exported: those of whoever is kept with the run, as they are by now.
import { type Access, type Caller, PROGRAM, throughFiles, toScopes } from '../../engine/access/index.js';
import type { Catalog, CatalogService, FileAction } from '../../engine/catalog/index.js';
import type { Origin } from '../../engine/records/index.js';
import { importError } from './import/import-errors.js';

/** What the door needs of the room `access`. */
export type FilesGate = Pick<Access, 'catalogFor' | 'findCaller'>;

export interface CallerRooms {
  readonly catalog: CatalogService;
  /** Absent: there are no callers but the program itself. */
  readonly access?: FilesGate;
}

/** Who asks, and who is kept with a run for it; the program itself where no caller is named. */
export interface Asked {
  readonly caller?: Caller;
  readonly startedBy?: Origin;
}

export const isProgram = (caller: Caller | undefined): caller is undefined | (Caller & { kind: 'program' }) =>
  caller === undefined || caller.kind === 'program';

/** What is kept of whoever asks: a caller is known by it when the run is resumed, or the schedule's moment comes. */
export function toStarter({ caller, startedBy }: Asked, nobody: Origin): Origin {
  if (caller === undefined || caller.kind === 'program') return startedBy ?? nobody;
  return {
    kind: caller.kind,
    id: caller.id,
    held: true,
    ...(caller.scopes === undefined ? {} : { scopes: caller.scopes }),
  };
}

/** Throws FILES-117 for a caller who is gone or disabled. */
async function readCaller(rooms: Pick<CallerRooms, 'access'>, origin: unknown): Promise<Caller> {
  const { kind, id, held, scopes } = (origin ?? {}) as Partial<Origin>;
  if (held !== true || id === undefined) return PROGRAM;
  const caller =
    kind === 'client' || kind === 'user' ? await rooms.access?.findCaller({ kind, id }) : undefined;
  if (caller !== undefined)
    return scopes === undefined ? caller : { ...caller, scopes: toScopes(scopes.join(' ')) };
  throw importError(117, {
    detail: `The ${kind} ${id} who started it is gone or disabled.`,
    hint: 'Let somebody else start it anew.',
  });
}

/** What whoever asks may import into, export, or just see. */
export async function readCatalogOf(rooms: CallerRooms, asked: Asked, action?: FileAction): Promise<Catalog> {
  const catalog = await rooms.catalog.read();
  const caller = asked.caller ?? (await readCaller(rooms, asked.startedBy));
  if (isProgram(caller)) return catalog;
  if (rooms.access === undefined)
    throw importError(117, { detail: 'Nobody but the program itself is known here.' });
  const own = await rooms.access.catalogFor(caller, catalog);
  return action === undefined ? own : throughFiles(own, action);
}

/** The same for whoever is kept with a run or a schedule. */
export const readCatalogOfStarter = (
  rooms: CallerRooms,
  origin: unknown,
  action: FileAction | undefined,
): Promise<Catalog> => readCatalogOf(rooms, { startedBy: origin as Origin }, action);
