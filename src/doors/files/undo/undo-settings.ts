// What an undo needs to know, saved with its run: a resume reads nothing else; and what is said and told around it.
import type { Origin } from '../../../engine/records/index.js';

export interface UndoSettings {
  /** The run that is undone. */
  readonly undoes: string;
  /** Kept records looked at in one transaction. */
  readonly chunkRows: number;
}

/** A run that is to be undone, before it is. */
export interface UndoOutlook {
  readonly run: string;
  readonly entity: string;
  readonly title: string;
  /** What it did to records, by what is kept of it. */
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  /** What an undo does not bring back, in plain words. */
  readonly warnings: readonly string[];
}

/** What a caller says when it undoes a run. */
export interface UndoCall extends UndoWatch {
  /** Who wants it, kept with the run. Default: a user nobody knows. */
  readonly startedBy?: Origin;
  /** Kept records looked at in one transaction. Default 20,000. */
  readonly chunkRows?: number;
}

/** A look at an undo before it is done. */
export interface UndoLook extends UndoWatch {
  /** A file for every conflict, one JSON object a line. */
  readonly issuesTo?: string;
}

/** How a caller follows an undo, and ends it. */
export interface UndoWatch {
  /** Aborted: stop at the end of the chunk. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: {
    readonly phase: string;
    readonly rows: number;
    readonly failed?: number;
  }) => void;
}

export const UNDO_CHUNK_ROWS = 20_000;
