// A run as a resource, for whoever sent the batch it carries out.

import type { ResourceShapes } from '../../../engine/documents/index.js';
import type { Run } from '../../../engine/pipeline/index.js';
import { toAddress } from '../resources/resource-text.js';

export const toRunAddress = (base: string, run: string, ...below: readonly string[]): string =>
  toAddress(base, 'dovetail', 'runs', run, ...below);

/** `shapes`: the caller's. */
export function toRunResource(run: Run, base: string, shapes: ResourceShapes) {
  const { counters, failure } = run;
  return {
    type: 'dovetail-runs',
    id: run.id,
    attributes: {
      state: run.state,
      resourceType: shapes.ofEntity(run.entity)?.type ?? null,
      counters: {
        read: counters.read,
        added: counters.added,
        updated: counters.updated,
        unchanged: counters.unchanged,
        deleted: counters.deleted,
        failed: counters.failed,
        warnings: counters.warnings,
      },
      createdAt: run.createdAt.toISOString(),
      startedAt: run.startedAt?.toISOString() ?? null,
      endedAt: run.endedAt?.toISOString() ?? null,
      // Hints of the pipeline name commands.
      failure: failure === undefined ? null : { code: failure.code, detail: failure.detail },
    },
    links: {
      self: toRunAddress(base, run.id),
      results: toRunAddress(base, run.id, 'results'),
      errors: toRunAddress(base, run.id, 'errors'),
    },
  };
}
