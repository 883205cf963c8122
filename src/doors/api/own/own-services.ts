// What the API needs of the rest of the program to write what is Dovetail's own. The app hands it over; other doors fit it by their shape.
import type { Readable } from 'node:stream';
import type { Caller } from '../../../engine/access/index.js';
import type { Catalog } from '../../../engine/catalog/index.js';
import type { Origin } from '../../../engine/records/index.js';

export interface OwnRooms {
  /** Of a catalog of what is Dovetail's own, what the caller may see. */
  catalogFor(caller: Caller, catalog: Catalog): Promise<Catalog>;
  readonly services: OwnServices;
}

/** Where nothing of Dovetail's own is served; no service is asked for what isn't there. */
export const NOTHING_OWN: OwnRooms = {
  catalogFor: async (_caller, catalog) => ({ ...catalog, entities: new Map() }),
  services: {} as OwnServices,
};

export interface OwnServices {
  readonly runs: RunServices;
}

export interface RunServices {
  cancelRun(id: string): Promise<'requested' | 'cancelled' | 'over'>;
  queueResume(id: string): Promise<void>;
  queueRepeat(id: string, startedBy: Origin, signal: AbortSignal): Promise<string>;
  queueUndo(id: string, startedBy: Origin): Promise<string>;
  dryRunUndo(
    id: string,
    look: { readonly signal: AbortSignal; readonly onProgress: () => void },
  ): Promise<object>;
  listIssues(id: string): AsyncIterable<object>;
  openFailedRows(
    id: string,
  ): Promise<{ readonly name: string; readonly mediaType: string; readonly bytes: Readable }>;
}
