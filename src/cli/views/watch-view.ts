// What `watch` and `unwatch` show: what is watched and how, and every statement before it is run.
import type { UnwatchPlan, WatchPlan } from '../../engine/changes/watch/watch-plan.js';
import type { Watching } from '../../engine/changes/watch/watching-store.js';
import { toTable } from '../terminal/terminal-table.js';
import { toFindingLines, toStepLines } from './install-view.js';
import type { ViewOptions } from './view-options.js';

const CAPTURES = {
  wal: 'read from the write-ahead log',
  trigger: 'written down by triggers',
} as const;
const HOWS = { publication: 'log', trigger: 'triggers' } as const;
const fixed = (title: string) => ({ title, shrinks: false });

export function toWatchPlanLines(plan: WatchPlan, options: ViewOptions): string[] {
  const { style } = options;
  const leftOut = plan.leftOut.map(({ entity, says }) => `  ${entity}: ${says}`);
  return [
    `${style.bold('Changes')}  ${CAPTURES[plan.capture]}, ${plan.captureSays}`,
    '',
    ...(plan.tables.length === 0
      ? ['No table to watch.']
      : toTable(
          [fixed('entity'), fixed('by'), { title: '' }],
          plan.tables.map(({ entity, how, says }) => [entity, HOWS[how], says]),
          { ...options, wrap: true },
        )),
    ...(leftOut.length === 0 ? [] : ['', style.bold('Not watched'), ...leftOut]),
    ...(plan.findings.length === 0 ? [] : ['', ...toFindingLines(plan.findings, style)]),
    '',
    ...toWorkLines(plan, 'This would be run', style),
  ];
}

export function toUnwatchPlanLines(plan: UnwatchPlan, { style }: ViewOptions): string[] {
  return [
    ...(plan.findings.length === 0 ? [] : [...toFindingLines(plan.findings, style), '']),
    ...toWorkLines(plan, 'This would be put back', style),
  ];
}

function toWorkLines(
  { steps, slot }: Pick<WatchPlan, 'steps' | 'slot'>,
  title: string,
  style: ViewOptions['style'],
): string[] {
  const all = [...steps, ...toSlotSteps(slot)];
  return all.length === 0 ? ['Nothing is to be altered.'] : [style.bold(title), ...toStepLines(all, style)];
}

/** What comes after the rest, because it can't be taken back. */
export function toSlotSteps(
  slot: string | undefined,
): readonly { readonly says: string; readonly statements: readonly string[] }[] {
  if (slot === undefined) return [];
  return [
    {
      says: 'The replication slot, last: whoever reads it is ended',
      statements: [`select pg_drop_replication_slot('${slot}')`],
    },
  ];
}

export function toWatchedLines(watching: Watching | undefined, options: ViewOptions): string[] {
  if (watching === undefined || watching.tables.length === 0) {
    return ['No table is watched. dovetail watch --all --plan shows what it takes.'];
  }
  return [
    `Changes are ${CAPTURES[watching.capture]}.`,
    '',
    ...toTable(
      [fixed('table'), fixed('by'), { title: '' }],
      watching.tables.map(({ schema, table, how, identities }) => [
        schema === 'public' ? table : `${schema}.${table}`,
        HOWS[how],
        identities.length > 0 ? 'replica identity full' : '',
      ]),
      options,
    ),
  ];
}
