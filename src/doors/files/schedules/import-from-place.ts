// A firing of an import: every new file of the place becomes a run, once, whoever is killed in between.
import type { StoredFile } from '../../../engine/storage/storage.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { importError } from '../import/import-errors.js';
import type { RunReport } from '../import/run-report.js';
import { hashOf } from './content-hash.js';
import { toFilePattern } from './file-pattern.js';
import { type FiringWork, sayRun, toCall } from './firing-work.js';
import type { OpenPlace } from './place.js';
import { putAway } from './put-away.js';
import { readBounded } from './read-bounded.js';
import type { FiringOutcome, ImportSchedule } from './schedule-settings.js';
import { findSettledFiles } from './settled-files.js';
import { isKnown, noteLook, noteTaken, readUnsettled, settleTaken } from './taken-files.js';

/** What became of one file, in words for the firing. */
interface FileOutcome {
  readonly says: string;
  readonly went: 'well' | 'wrong' | 'nowhere';
}

export async function importFromPlace(work: FiringWork, place: OpenPlace): Promise<FiringOutcome> {
  const settings = work.schedule.settings as ImportSchedule;
  const { storage } = place;
  const outcomes: FileOutcome[] = [];
  for (const { path, run } of await readUnsettled(work.database, work.schedule.id)) {
    if (run !== undefined) outcomes.push(await finish(work, place, path, run));
  }
  const pattern = toFilePattern(place.pattern);
  const again = work.firing.askedBy !== undefined;
  const { settled, unsettled } = await findSettledFiles(storage, pattern, {
    seconds: settings.settleSeconds,
    clock: work.clock,
    signal: work.signal,
    isKnown: (file) => isKnown(work.database, work.schedule.id, file, again),
  });
  for (const file of settled) {
    work.signal.throwIfAborted();
    outcomes.push(await takeFile(work, place, file));
  }
  return toOutcome(outcomes, unsettled);
}

async function takeFile(work: FiringWork, place: OpenPlace, file: StoredFile): Promise<FileOutcome> {
  const { database, schedule, firing, imports, signal } = work;
  const settings = schedule.settings as ImportSchedule;
  const local = place.localPath(file.path);
  const taken = { schedule: schedule.id, path: file.path, size: file.size, modifiedAt: file.modifiedAt };
  let run: string | undefined;
  let sha256: string | undefined;
  try {
    const source =
      local === undefined ? { stream: await readBounded(place, file), name: file.path } : { path: local };
    const report = await imports.start(toCall(settings, schedule, source, signal), {
      firing: firing.id,
      async beside(client, id, known) {
        sha256 = known.sha256;
        if (!(await noteTaken(client, { ...taken, sha256, run: id }, settings.sameContent === 'known'))) {
          throw takenBefore(file.path);
        }
        run = id;
      },
    });
    signal.throwIfAborted();
    return await settle(work, place, file.path, report);
  } catch (error) {
    if (run !== undefined || signal.aborted || !(error instanceof DovetailError)) throw error;
    if (error.consequence === 'retry') throw error;
    sha256 ??= error.code === 'FILES-153' ? 'not read' : await hashOf(place.storage, file.path);
    if (error.code === 'FILES-115') {
      await noteLook(database, schedule.id, file, sha256);
      await putAway(place, file.path, settings.done);
      return { went: 'nowhere', says: `${file.path} is known and was left out` };
    }
    await noteTaken(database, { ...taken, sha256, refusal: `${error.code}: ${error.detail}` }, false);
    await putAway(place, file.path, settings.failed ?? settings.done);
    return { went: 'wrong', says: `${file.path} was refused: ${error.detail} (${error.code})` };
  }
}

/** Goes on where a worker was killed, or stopped, after the file had been taken. */
async function finish(work: FiringWork, place: OpenPlace, path: string, run: string): Promise<FileOutcome> {
  return settle(work, place, path, await work.imports.finish(run, work.signal));
}

async function settle(
  work: FiringWork,
  place: OpenPlace,
  path: string,
  report: RunReport,
): Promise<FileOutcome> {
  const settings = work.schedule.settings as ImportSchedule;
  const well = report.state === 'completed' || report.state === 'completed_with_errors';
  const moved = await putAway(
    place,
    path,
    well ? settings.done : (settings.failed ?? settings.done),
    report.run,
  );
  await settleTaken(work.database, report.run!, moved === undefined ? undefined : place.localPath(moved));
  return { went: well ? 'well' : 'wrong', says: sayRun(path, report) };
}

const SAID_FILES = 10;

function toOutcome(outcomes: readonly FileOutcome[], unsettled: readonly StoredFile[]): FiringOutcome {
  const says = outcomes.slice(0, SAID_FILES).map((outcome) => outcome.says);
  if (outcomes.length > SAID_FILES) says.push(`and ${outcomes.length - SAID_FILES} more`);
  for (const file of unsettled.slice(0, SAID_FILES))
    says.push(`${file.path} is still being written and was left alone`);
  const [went, wrong] = [
    outcomes.some((one) => one.went !== 'nowhere'),
    outcomes.some((one) => one.went === 'wrong'),
  ];
  return {
    state: wrong ? 'failed' : went ? 'done' : 'nothing',
    says: says.length === 0 ? 'No new file.' : `${says.join('; ')}.`,
  };
}

const takenBefore = (path: string) =>
  importError(115, { detail: `${path} was taken before.`, pointer: { file: path } });
