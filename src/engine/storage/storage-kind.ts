// What a kind of storage says of itself: one manifest in each folder, one line each in `index.ts`.
import type { Shape } from '../../foundation/config/shape.js';
import type { Storage } from './storage.js';

/** What a storage is opened with besides its settings. */
export interface StorageRooms {
  /** Where `{env:NAME}` is looked up. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `host:port` of private addresses that may be connected to. */
  readonly allow: readonly string[];
}

export interface StorageKind<S extends { readonly kind: string }> {
  readonly kind: S['kind'];
  /** The settings as somebody writes them; whatever can be wrong with them before a connection is found here. */
  readonly shape: Shape<S>;
  /** Settings that are paths on this machine: relative to the configuration file as written, absolute when opened. */
  readonly paths: readonly (keyof S & string)[];
  /** Settings that say where it is, and let nobody in: they may be shown. */
  readonly shown: readonly (keyof S & string)[];
  /** Connects when it is first used; what only this kind needs is loaded here. Throws STORAGE-106, 108 and HTTP-102. */
  open(settings: S, rooms: StorageRooms): Storage | Promise<Storage>;
}
