// Runs: followed, ended, gone on with; and, as new ones, repeated and undone.
import { holdRunRow, RUNS_SHOWN } from '../../../../engine/pipeline/index.js';
import type { Origin } from '../../../../engine/records/index.js';
import { apiError } from '../../api-errors.js';
import { checkScope } from '../../limits/scope-check.js';
import type { OwnMade, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';
import { ASKED_MEMBERS, askExport, askImport, askSavedExport } from './asked-runs.js';
import { downloadErrors, downloadResults } from './batch-downloads.js';
import { downloadExport, downloadFailedRows, downloadIssues } from './run-downloads.js';
import { refuseOthers } from './said-settings.js';

const COUNT = { type: 'int8', nullable: false } as const;

/** A dry run holds locks while it lasts. */
const DRY_RUN_MS = 25_000;

export const RUNS: OwnResource = {
  name: 'runs',
  label: 'Runs',
  description:
    'Every execution of an import, an export, a load or an undo: its state, its counters, and what there is to say of it.',
  query: RUNS_SHOWN,
  key: 'id',
  order: ['-id'],
  fields: {
    id: { type: 'int8' },
    kind: { type: 'text', nullable: false, says: 'import, dry_run, export, sync, load or undo' },
    entity: { type: 'text', nullable: false, says: 'Of which records.' },
    title: { type: 'text', nullable: false, says: 'What it reads or writes, as it was called.' },
    state: {
      type: 'text',
      nullable: false,
      says: 'queued, running, completed, completed_with_errors, stopped, failed or cancelled',
    },
    phase: { type: 'text', nullable: false, says: 'How far it is: source, postponed, removal or done.' },
    interrupted: { type: 'bool', nullable: false, says: 'Whoever ran it is gone; it waits to be resumed.' },
    cancelRequested: { type: 'bool', nullable: false, says: 'It ends after the chunk it is at.' },
    read: { ...COUNT, says: 'Records of the source that are done with.' },
    added: COUNT,
    updated: COUNT,
    unchanged: COUNT,
    deleted: COUNT,
    postponed: { ...COUNT, says: 'Records that still wait for others further down.' },
    failed: COUNT,
    skipped: { ...COUNT, says: 'Rows that a condition of the mapping passed over.' },
    warnings: COUNT,
    strategy: { type: 'text' },
    identity: { type: 'jsonb', says: 'Names of the fields by which records were matched.' },
    mapping: { type: 'text', says: 'What it is called.' },
    mappingVersion: { type: 'int8' },
    undo: { type: 'text', says: 'Whether it can be undone: kept, given_up, expired or undone.' },
    undoWhy: { type: 'text', says: 'Why it can not.' },
    failure: { type: 'jsonb', says: 'Why it ended: code, detail, hint.' },
    startedBy: { type: 'jsonb', says: 'Who began it: kind, id, name.' },
    createdAt: { type: 'timestamptz', nullable: false },
    startedAt: { type: 'timestamptz' },
    endedAt: { type: 'timestamptz' },
    report: { type: 'jsonb', says: 'What a dry run or an export has to say besides its counters.' },
    uploadId: { type: 'text' },
    undoesId: { type: 'int8' },
    undoneById: { type: 'int8' },
    repeatsId: { type: 'int8' },
    scheduleId: { type: 'int8' },
    firingId: { type: 'int8' },
  },
  relations: {
    issues: { to: 'issues', by: 'runId' },
    differences: { to: 'differences', by: 'runId' },
    upload: { to: 'uploads', field: 'uploadId' },
    undoes: { to: 'runs', field: 'undoesId' },
    undoneBy: { to: 'runs', field: 'undoneById' },
    repeats: { to: 'runs', field: 'repeatsId' },
    schedule: { to: 'schedules', field: 'scheduleId' },
    firing: { to: 'firings', field: 'firingId' },
  },
  hold: holdRunRow,
  create: {
    attributes: {
      dryRun: { kind: 'bool', says: 'It is only looked at what it would do.' },
      ...ASKED_MEMBERS,
    },
    relationships: { repeats: 'runs', undoes: 'runs', upload: 'uploads', export: 'exports' },
    mine: true,
    run: createRun,
  },
  update: {
    attributes: {
      state: {
        kind: 'text',
        values: ['cancelled', 'queued'],
        required: true,
        says: 'cancelled: it ends after the chunk it is at. queued: it goes on where it ended.',
      },
    },
    async run({ id, caller, services }, { attributes }) {
      if (attributes['state'] === undefined) return id;
      if (attributes['state'] === 'queued') {
        checkScope(caller, 'PATCH', 'import');
        await services.runs.queueResume(id);
        return id;
      }
      const outcome = await services.runs.cancelRun(id);
      if (outcome !== 'over') return id;
      throw apiError(601, {
        detail: `Run ${id} is over; there is nothing to cancel.`,
        pointer: { member: '/data/attributes/state' },
      });
    },
  },
  downloads: {
    'failed-rows': { shows: 'issues', run: downloadFailedRows },
    'issues.ndjson': { shows: 'issues', run: downloadIssues },
    results: { shows: 'issues', run: downloadResults },
    errors: { shows: 'issues', run: downloadErrors },
    file: { run: downloadExport },
  },
};

async function createRun(at: OwnPlace, said: OwnSaid): Promise<OwnMade> {
  const { attributes, relationships } = said;
  const { repeats, undoes, upload, export: saved } = relationships;
  if (saved != null && [repeats, undoes, upload].every((one) => one == null))
    return { id: await askSavedExport(at, saved, said) };
  const kind = saved == null ? (attributes['kind'] ?? (upload == null ? undefined : 'import')) : undefined;
  if (repeats == null && undoes == null && kind === 'import') return { id: await askImport(at, said) };
  if (repeats == null && undoes == null && upload == null && kind === 'export')
    return { id: await askExport(at, said) };
  if (upload == null) refuseOthers(attributes, 'a run of another run', { dryRun: { kind: 'bool' } });
  const dryRun = attributes['dryRun'] === true;
  const { runs } = at.services;
  checkScope(at.caller, 'POST', 'import');
  if (undoes != null && repeats == null) {
    checkMayUndo(at);
    const look = { signal: AbortSignal.timeout(DRY_RUN_MS), onProgress: () => {} };
    if (dryRun) return { meta: { report: await runs.dryRunUndo(undoes, look) } };
    return { id: await runs.queueUndo(undoes, toStarter(at)) };
  }
  if (repeats != null && undoes == null && !dryRun)
    return { id: await runs.queueRepeat(repeats, toStarter(at), AbortSignal.timeout(DRY_RUN_MS)) };
  throw apiError(602, {
    detail:
      'A run is made here of an upload, as an export, of a saved export, or of another run: it repeats one, or it undoes one, and only an import and an undo can be tried first.',
    hint: 'Send one of the relationships upload, export, repeats and undoes, or the attribute kind.',
    pointer: { member: '/data' },
  });
}

/** Kept with the run, which is held to the rights of whoever began it. */
const toStarter = ({ caller }: OwnPlace): Origin => ({
  kind: caller.kind === 'user' ? 'user' : 'client',
  id: caller.id,
  held: true,
  ...(caller.scopes === undefined ? {} : { scopes: caller.scopes }),
});

/** What was there before is put back whoever may see it. */
function checkMayUndo({ wide }: OwnPlace): void {
  if (wide) return;
  throw apiError(104, {
    detail: 'An undo puts back what was there before, whoever may see it: your roles do not allow you that.',
    hint: 'It takes a role that may create all dovetail.runs.',
    pointer: { member: '/data/relationships/undoes' },
  });
}
