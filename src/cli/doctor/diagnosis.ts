// What a look at one thing finds, and what it needs for it.
import type { CliApp } from '../cli-app.js';

/** `ok`: as it should be. `look`: it works, but somebody should look at it. `bad`: something doesn't work, or soon won't. */
export type DiagnosisState = 'ok' | 'look' | 'bad';

export interface Diagnosis {
  readonly state: DiagnosisState;
  /** What was found, in one line. */
  readonly says: string;
  /** What to do about it; a command where there is one. */
  readonly advice?: string;
}

export interface DoctorRooms {
  readonly app: CliApp;
  readonly now: Date;
}

export interface DoctorCheck {
  /** One or two words, the same for ever: scripts look for it. */
  readonly name: string;
  /** Whether Dovetail's own tables must be there for it. */
  readonly needs: 'database' | 'schema';
  look(rooms: DoctorRooms): Promise<readonly Diagnosis[]>;
}

export const ok = (says: string): readonly Diagnosis[] => [{ state: 'ok', says }];
export const look = (says: string, advice: string): readonly Diagnosis[] => [{ state: 'look', says, advice }];
export const bad = (says: string, advice: string): readonly Diagnosis[] => [{ state: 'bad', says, advice }];

/** `a, b, c and 4 more` */
export function listFew(names: readonly string[], most = 5): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
