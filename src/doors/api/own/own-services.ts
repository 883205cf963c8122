// What the API needs of the rest of the program to write what is Dovetail's own. The app hands it over; other doors fit it by their shape.
import type { Readable } from 'node:stream';
import type { Access, Caller } from '../../../engine/access/index.js';
import type { AlertServices } from '../../../engine/alerts/index.js';
import type { Catalog } from '../../../engine/catalog/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import type { EmptyCell, OnDuplicate, Origin, Strategy } from '../../../engine/records/index.js';
import type { ValueSpelling } from '../../../foundation/cells/value-spelling.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { BatchRooms } from '../batch/batch-rooms.js';
import type { UploadRooms } from '../uploads/upload-rooms.js';

export interface OwnRooms {
  /** Of a catalog of what is Dovetail's own, what the caller may see. */
  catalogFor(caller: Caller, catalog: Catalog): Promise<Catalog>;
  /** For what is only read, and for what no transaction is held. */
  readonly services: OwnServices;
  /** The same, whatever they write being written on the client, in its transaction; what they keep apart from the database is not. */
  within(client: Client): OwnServices;
  /** Names of storages and so on: what the configuration says and no table has. */
  readonly storages: readonly object[];
}

const NOTHING: Catalog = { entities: new Map(), fingerprint: '' };

/** Where nothing of Dovetail's own is served; no service is asked for what isn't there. */
export const NOTHING_OWN: OwnRooms = {
  catalogFor: async () => NOTHING,
  services: {} as OwnServices,
  within: () => ({}) as OwnServices,
  storages: [],
};

export interface OwnServices {
  readonly runs: RunServices;
  readonly uploads: UploadRooms;
  /** What became of the records of a batch. */
  readonly batches: Pick<BatchRooms, 'readRun' | 'listResults' | 'listIssues'>;
  readonly access: Pick<
    Access,
    'users' | 'clients' | 'keys' | 'roles' | 'units' | 'oauth' | 'invitations' | 'sessions'
  >;
  /** Where somebody goes with what an invitation is known by. */
  toInvitationUrl(token: string): string;
  readonly storages: StorageServices;
  readonly templates: TemplateServices;
  readonly mappings: MappingServices;
  readonly exports: ExportServices;
  readonly schedules: ScheduleServices;
  readonly subscriptions: SubscriptionServices;
  readonly alerts: Pick<AlertServices, 'report' | 'acknowledgeOne' | 'resolve' | 'remove' | 'routes'>;
  /** Of the application, as it is now, unrestricted. */
  readCatalog(): Promise<Catalog>;
}

/** An uploaded file, where it lies on this machine. */
export interface UploadedSource {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
  readonly size: number;
}

interface SourceAsked {
  readonly caller: Caller;
  readonly upload: UploadedSource;
  readonly signal: AbortSignal;
  readonly entity?: string;
  readonly format?: string;
  readonly formatOptions: FormatOptions;
  readonly spelling?: ValueSpelling;
}

interface MappingAsked {
  /** Name of a saved one. */
  readonly mapping?: string;
  readonly mappingText?: string;
  readonly notify?: readonly string[];
}

export interface ImportAsked extends SourceAsked, MappingAsked {
  readonly dryRun: boolean;
  readonly strategy?: Strategy;
  readonly identity?: readonly string[];
  readonly empty?: EmptyCell;
  readonly onDuplicate?: OnDuplicate;
  readonly create?: readonly string[];
  readonly onError: 'skip' | 'stop';
  readonly maxErrors?: { readonly count: number };
  readonly removalLimit?: { readonly records: number; readonly share: number };
  readonly member?: string;
  readonly undoRows?: number;
}

export interface ExportAsked extends MappingAsked {
  readonly caller: Caller;
  readonly entity: string;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  readonly full: boolean;
  readonly where?: string;
  readonly fields?: readonly string[];
  readonly order?: readonly string[];
  readonly limit?: number;
  readonly header?: 'names' | 'labels';
}

export interface InspectAsked extends SourceAsked {
  readonly rows?: number;
  readonly suggest?: boolean;
}

interface RunFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Readable;
}

export interface StorageServices {
  listStorages(): readonly object[];
  checkStorage(name: string): Promise<object>;
}

export interface TemplateServices {
  openTemplate(wanted: {
    readonly caller: Caller;
    readonly entity: string;
    readonly format: string;
    readonly formatOptions: FormatOptions;
    readonly fields?: readonly string[];
    readonly mapping?: string;
    readonly signal: AbortSignal;
  }): Promise<RunFile>;
}

export interface RunServices {
  queueImport(asked: ImportAsked): Promise<string>;
  queueExport(asked: ExportAsked): Promise<string>;
  openExport(id: string, caller: Caller): Promise<RunFile>;
  inspectUpload(asked: InspectAsked): Promise<object>;
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

/** `mapping` is a path, and empty where there is a text. */
interface MappingText {
  readonly mapping: string;
  readonly text: string;
}

export interface MappingServices {
  readMapping(name: string): Promise<{ readonly body: string }>;
  saveMapping(
    call: MappingText & { readonly name: string; readonly note?: string; readonly createdBy: string },
  ): Promise<unknown>;
  checkMapping(
    call: MappingText & {
      /** A file whose columns it is held against. */
      readonly source?: {
        readonly source: string;
        readonly format?: string;
        readonly formatOptions: FormatOptions;
        readonly signal: AbortSignal;
      };
    },
  ): Promise<object>;
  deleteMapping(name: string): Promise<unknown>;
}

/** Each member checked by its kind only; the service holds it against the catalog. */
export interface ExportBody {
  readonly entity: string;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  readonly full: boolean;
}

export interface SavedExport {
  readonly name: string;
  readonly entity: string;
  readonly body: ExportBody;
  readonly version: number;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly changedBy: Origin;
}

export interface ExportServices {
  saveExport(name: string, body: ExportBody, by: Origin): Promise<{ readonly name: string }>;
  readSavedExport(name: string): Promise<SavedExport>;
  /** As an error, what of it the database no longer has. */
  findDecay(saved: SavedExport): Promise<Error | undefined>;
  readSavedExports(): Promise<readonly { readonly name: string }[]>;
  deleteSavedExport(name: string): Promise<void>;
}

export interface ScheduleServices {
  changeDescribed(name: string, change: object, caller: Caller): Promise<unknown>;
  addDescribed(said: ScheduleDescription, caller: Caller): Promise<{ readonly id: string }>;
  list(): Promise<
    readonly { readonly id: string; readonly name: string; readonly kind: 'import' | 'export' }[]
  >;
  pause(name: string): Promise<unknown>;
  resume(name: string): Promise<unknown>;
  run(name: string, askedBy: Origin): Promise<{ readonly id: string }>;
  remove(name: string): Promise<void>;
}

/** Each member checked by its kind only. */
export interface ScheduleDescription {
  readonly name: string;
  readonly kind: 'import' | 'export';
  readonly place: string;
  readonly call: object;
  readonly cron: string;
}

export interface SubscriptionServices {
  /** Each member is checked by its kind only. */
  createDescribed(
    said: object,
    caller: Caller,
  ): Promise<{ readonly id: string; readonly remarks: readonly string[]; readonly secret?: string }>;
  replayDescribed(name: string, from: string): Promise<unknown>;
  findName(id: string): Promise<string | undefined>;
  pause(name: string): Promise<unknown>;
  resume(name: string): Promise<unknown>;
  remove(name: string): Promise<void>;
  resendGivenUp(name: string): Promise<number>;
  test(name: string, signal: AbortSignal): Promise<object>;
  readDelivery(id: string): Promise<{ readonly id: string; readonly subscription: string }>;
  resend(id: string, signal: AbortSignal): Promise<object>;
}
