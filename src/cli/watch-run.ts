// How the terminal follows a run: the plan, the progress bar, the question before a large removal.
import { Option } from 'commander';
import type { ImportWatch } from '../doors/files/import/import-call.js';
import type { CommandContext } from './command-context.js';
import { countText } from './terminal/number-text.js';
import type { ProgressMode } from './terminal/progress-bar.js';
import { toPlanLines } from './views/run-report-view.js';

export function progressOption(): Option {
  return new Option(
    '--progress <mode>',
    'how progress is shown on stderr: a bar, lines every 10 s, JSON lines, none',
  )
    .choices(['auto', 'bar', 'lines', 'json', 'none'])
    .default('auto');
}

/** The watch to hand to the door, and how to end it. */
export function createWatch(
  context: CommandContext,
  options: { readonly progress: ProgressMode | 'auto'; readonly yes: boolean },
): { readonly watch: ImportWatch; readonly done: () => void } {
  const bar = context.progress(options.progress);
  return {
    done: () => bar.done(),
    watch: {
      signal: context.signal,
      onProgress: (progress) => bar.update(progress),
      onPlan: (plan) => {
        context.remark(...toPlanLines(plan, { style: context.err.style, width: context.err.width() }));
      },
      confirmRemoval: (removal) => {
        bar.pause();
        return context.asker(options.yes).confirm({
          text:
            `Mirroring removes ${countText(removal.removes)} of ${countText(removal.stored)} records of ` +
            `${removal.entity} that the source does not have. Remove them?`,
        });
      },
    },
  };
}
