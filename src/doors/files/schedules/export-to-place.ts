// A firing of an export: the file appears whole in its place, under a name made of the moment, so that a repeated job writes the same one.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Firing, Schedule } from '../../../engine/jobs/schedules/index.js';
import type { Origin } from '../../../engine/records/index.js';
import type { ExportCall, ExportReport } from '../files-services.js';
import type { OpenPlace } from './place.js';
import { type ExportSchedule, type FiringOutcome, toFileName } from './schedule-settings.js';

export async function exportToPlace(
  work: {
    readonly schedule: Schedule;
    readonly firing: Firing;
    readonly signal: AbortSignal;
    readonly exportFile: (call: ExportCall, firing: string) => Promise<ExportReport>;
    /** Where a file lies before it goes to another storage. */
    readonly spoolFolder: string;
  },
  place: OpenPlace,
): Promise<FiringOutcome> {
  const { schedule, firing, signal } = work;
  const { call } = schedule.settings as ExportSchedule;
  const path = toFileName(place.pattern, {
    moment: firing.moment,
    timeZone: schedule.timeZone,
    entity: call.entity,
    schedule: schedule.name,
  });
  const local = place.localPath(path);
  const file = local ?? join(work.spoolFolder, randomUUID());
  await mkdir(dirname(file), { recursive: true });
  const deliver =
    local === undefined
      ? {
          deliver: {
            as: path,
            put: async () => void (await place.storage.put(path, createReadStream(file))),
          },
        }
      : {};
  try {
    const wish: ExportCall = {
      ...call,
      ...deliver,
      startedBy: schedule.createdBy as Origin,
      target: { path: file },
      signal,
      onProgress: () => {},
    };
    const report = await work.exportFile(wish, firing.id);
    return { state: 'done', says: `${report.rows} records to ${path} as run ${report.run ?? 'unknown'}.` };
  } finally {
    if (local === undefined) await rm(file, { force: true });
  }
}
