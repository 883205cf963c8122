// The list of runs, one line each.
import type { Run } from '../../engine/pipeline/run.js';
import type { Origin } from '../../engine/records/index.js';
import { countText, momentText } from '../terminal/number-text.js';
import { toTable } from '../terminal/terminal-table.js';
import type { ViewOptions } from './view-options.js';

export function toRunListLines(runs: readonly Run[], options: ViewOptions): string[] {
  if (runs.length === 0) return ['No runs yet. `dovetail import FILE --entity NAME` makes the first.'];
  return toTable(
    [
      { title: 'run', align: 'right', shrinks: false },
      { title: 'state', shrinks: false },
      { title: 'kind', shrinks: false },
      { title: 'entity' },
      { title: 'file' },
      { title: 'who' },
      { title: 'read', align: 'right', shrinks: false },
      { title: 'written', align: 'right', shrinks: false },
      { title: 'failed', align: 'right', shrinks: false },
      { title: 'started', shrinks: false },
    ],
    runs.map((run) => [
      run.id,
      run.interrupted ? 'interrupted' : run.state.replaceAll('_', ' '),
      run.kind,
      run.entity,
      run.title,
      whoOf(run),
      countText(run.counters.read),
      countText(run.counters.added + run.counters.updated + run.counters.deleted),
      countText(run.counters.failed),
      momentText(run.startedAt ?? run.createdAt),
    ]),
    options,
  );
}

/** Whoever started it, or the schedule it belongs to. Whoever came by the API is known by a number, which says nothing without its kind. */
function whoOf(run: Run): string {
  const { kind, id = '', held } = run.origin as Partial<Origin>;
  return run.schedule ?? (held ? `${kind} ${id}` : id);
}

/** A run for `--json`: settings left out, they are the run's own business. */
export function toRunDocument(run: Run): object {
  const { settings: _settings, origin, ...rest } = run;
  return { ...rest, startedBy: origin };
}
