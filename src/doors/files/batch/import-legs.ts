// A document of records of several kinds, as one run: leg after leg, what is referred to first, each with checkpoints of its own.

import { type Catalog, findEntity } from '../../../engine/catalog/index.js';
import {
  addCounters,
  type ChunkOutcome,
  NO_COUNTS,
  type Run,
  readRun,
} from '../../../engine/pipeline/index.js';
import { forgetMarks, type Origin, planWrite, type WritePlan } from '../../../engine/records/index.js';
import { endSource, isSourceDone, raiseUsedSequences, settlePostponed } from '../import/after-source.js';
import type { ImportPlans } from '../import/import-plans.js';
import type { BatchLeg, ImportSettings, SourceSettings } from '../import/import-settings.js';
import { importSource } from '../import/import-source.js';
import { type HeldRun, type ImportWork, openWork, patiently, readBound } from '../import/import-work.js';
import { verifySource } from '../import/source-file.js';
import { legFormatOptions, shapeLeg } from './leg-batches.js';
import { tellRefused } from './refused-records.js';

/** Those of a run that came as a document; undefined for any other. */
export const listLegs = ({ settings }: Pick<Run, 'settings'>): readonly BatchLeg[] | undefined =>
  (settings as Partial<ImportSettings>).batch?.legs;

/** Everything the run reads. */
export function listSources(settings: ImportSettings): readonly SourceSettings[] {
  const { source, batch } = settings;
  return batch?.legs === undefined ? [source] : batch.legs.map((leg) => leg.source);
}

/** Returns the run's settings. */
export async function importLegs(held: HeldRun, legs: readonly BatchLeg[]): Promise<ImportSettings> {
  const bound = await readBound(held);
  const { rooms, runId } = held;
  const all = planAll(bound, legs, runId);
  for (const [index, leg] of legs.entries()) {
    if (leg.kind === 'refused') {
      await tellRefused(held, leg, index);
      continue;
    }
    const work = await openLeg(held, bound, legs, index, all);
    if (await isSourceDone(work)) continue;
    work.counters = (await patiently(held, () => readRun(rooms.database, runId))).counters;
    await importLeg(held, work);
    const { counters } = await patiently(held, () => readRun(rooms.database, runId));
    // The last chunk may have gone beyond what is kept.
    await patiently(held, () => work.keeper.next({ ...work, counters }));
  }
  const { counters } = await patiently(held, () => readRun(rooms.database, runId));
  if (counters.failed > 0) await rooms.keepFailed?.(runId, bound.settings, bound.catalog, held.watch.signal);
  return bound.settings;
}

/** Of every leg that writes: what is kept for an undo is described for all of them alike. */
const planAll = (
  { settings, catalog }: { readonly settings: ImportSettings; readonly catalog: Catalog },
  legs: readonly BatchLeg[],
  runId: string,
) =>
  legs
    .filter(({ kind }) => kind !== 'refused')
    .map((leg) => planLeg(catalog, settings, leg, { kind: 'import', id: runId }).plan);

async function importLeg({ rooms, runId, watch }: HeldRun, work: ImportWork): Promise<void> {
  const source = await rooms.runFiles.fetch(work.settings.source, watch.signal);
  await verifySource(source, runId, watch.signal);
  await importSource({ ...work, settings: { ...work.settings, source } });
  await settlePostponed(work);
  await raiseUsedSequences(work);
  // Marks name keys alone, which the next leg has of another entity.
  await patiently(work, () => forgetMarks(rooms.database, runId));
  await endSource(work);
}

async function openLeg(
  held: HeldRun,
  { settings, catalog }: { readonly settings: ImportSettings; readonly catalog: Catalog },
  legs: readonly BatchLeg[],
  index: number,
  all: readonly WritePlan[],
): Promise<ImportWork> {
  const { rooms, runId } = held;
  const leg = legs[index]!;
  const { entity, strategy, identity, source } = leg;
  const own: ImportSettings = {
    ...settings,
    source,
    entity,
    strategy,
    identity,
    format: 'ndjson',
    formatOptions: legFormatOptions(leg),
  };
  const plans = planLeg(catalog, own, leg, { kind: 'import', id: runId });
  const work = await openWork(held, { settings: own, catalog }, plans, all);
  return {
    ...work,
    leg: index,
    shape: shapeLeg({ database: rooms.database, runId, entity: plans.plan.entity }, leg),
    ...(leg.kind === 'late' ? { counted: onlyTroubles } : {}),
  };
}

/** Binds a leg to the catalog. Throws RECORDS-1xx. */
export function planLeg(
  catalog: Catalog,
  settings: Pick<ImportSettings, 'onDuplicate' | 'writers'>,
  leg: Pick<BatchLeg, 'entity' | 'fields' | 'strategy' | 'identity' | 'keyDrawn' | 'kind' | 'source'>,
  origin: Origin,
): ImportPlans {
  const plan = planWrite({
    catalog,
    entity: findEntity(catalog, leg.entity),
    targets: leg.fields.map(({ path }, column) => ({ path, source: { column }, empty: 'leave' })),
    strategy: leg.strategy,
    ...(leg.identity.length === 0 ? {} : { identity: leg.identity }),
    onDuplicate: settings.onDuplicate,
    writers: settings.writers,
    origin,
    keyDrawn: leg.keyDrawn,
    ...(leg.kind === 'records' ? { keepsResults: 'line' as const } : {}),
  });
  return { plan, parts: [], passedOn: leg.source.columns, warnings: [] };
}

/** What is set afterwards is part of records that were counted before. */
const onlyTroubles = ({
  counters: { failed, warnings, postponed },
  ...rest
}: ChunkOutcome): ChunkOutcome => ({
  ...rest,
  counters: addCounters(NO_COUNTS, {
    ...(failed === undefined ? {} : { failed }),
    ...(warnings === undefined ? {} : { warnings }),
    ...(postponed === undefined ? {} : { postponed }),
  }),
});
