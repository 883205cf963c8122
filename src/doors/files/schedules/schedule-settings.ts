// What a schedule does, as plain data kept with it: from where or to where, and the call, the same as on the command line.
import type { ExportCall } from '../files-services.js';
import type { ImportCall, ImportWatch } from '../import/import-call.js';
import type { Place } from './place.js';

/** The options of an import that make sense without anybody at the terminal. */
export type ScheduledImport = Omit<
  ImportCall,
  | keyof ImportWatch
  | 'source'
  | 'caller'
  | 'startedBy'
  | 'dryRun'
  | 'probe'
  | 'background'
  | 'issuesTo'
  | 'failedRows'
>;

export type ScheduledExport = Omit<ExportCall, 'caller' | 'startedBy' | 'target' | 'signal' | 'onProgress'>;

export interface ImportSchedule {
  readonly from: Place;
  readonly call: ScheduledImport;
  /** Folder a file is moved to when its run is over, relative to the file's own. Absent: it stays. */
  readonly done?: string;
  /** The same for a file that was refused, or whose run did not come to its end. Default: as `done`. */
  readonly failed?: string;
  /** The same content under another name is new all the same, or it is not. Default `new`. */
  readonly sameContent: 'new' | 'known';
  /** A file is whole when it has not changed for so many seconds. */
  readonly settleSeconds: number;
  /** Of an address: headers of the request. `{env:NAME}` stands for a variable of the worker's environment. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ExportSchedule {
  /** The name may hold {date}, {time}, {entity}, {schedule}. */
  readonly to: Exclude<Place, { kind: 'address' }>;
  readonly call: ScheduledExport;
}

export const DEFAULT_SETTLE_SECONDS = 5;

/** What came of a firing, for its row. */
export interface FiringOutcome {
  readonly state: 'done' | 'nothing' | 'failed';
  readonly says: string;
}

/** Fills in a name: the moment as the clock of the time zone shows it. */
export function toFileName(
  pattern: string,
  about: {
    readonly moment: Date;
    readonly timeZone: string;
    readonly entity: string;
    readonly schedule: string;
  },
): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: about.timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
  });
  const [date = '', time = ''] = format.format(about.moment).split(' ');
  const values: Readonly<Record<string, string>> = {
    date,
    time: time.replaceAll(':', ''),
    entity: about.entity,
    schedule: about.schedule,
  };
  return pattern.replaceAll(/\{(date|time|entity|schedule)\}/g, (_, name: string) => values[name]!);
}
