// What the stream tells of itself: to people as a line each, to programs as it is.
import type { WatchedTable } from '../watched.js';

export type StreamEvent =
  /** Another process reads; this one takes over when that ends. */
  | { readonly event: 'standby' }
  | { readonly event: 'leading' }
  /** There is no publication yet. */
  | { readonly event: 'nothing-watched' }
  | { readonly event: 'epoch'; readonly epoch: number; readonly reason: string }
  | { readonly event: 'snapshot'; readonly table: string; readonly records: number }
  | { readonly event: 'following'; readonly epoch: number; readonly slot: string; readonly tables: number }
  /** Something broke; it is tried again after `seconds`. */
  | { readonly event: 'interrupted'; readonly reason: string; readonly seconds: number }
  /** The slot holds so much WAL that it is near the limit at which it is given up. */
  | { readonly event: 'slot-large'; readonly bytes: number; readonly limit: number }
  | { readonly event: 'stopped' };

export type TellStream = (event: StreamEvent) => void;

export function toTableText({ schema, table }: Pick<WatchedTable, 'schema' | 'table'>): string {
  return schema === 'public' ? table : `${schema}.${table}`;
}
