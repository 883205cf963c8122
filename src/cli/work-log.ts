// What a worker says while it works, on stderr: a line each for people, JSON for log collectors.
import type { JobLog } from '../engine/jobs/job-log.js';
import type { CommandContext } from './command-context.js';
import { toPrintable } from './terminal/text-width.js';

/** `--json`: JSON lines; `--quiet`: only what went wrong. */
export function createWorkLog(context: CommandContext): JobLog {
  const { err, clock } = context;
  const quiet = context.globals.quiet === true;
  const write = (level: 'info' | 'warn' | 'error') => (fields: object, message: string) => {
    if (quiet && level === 'info') return;
    const time = clock.now().toISOString();
    if (context.json) {
      err.lines(JSON.stringify({ time, level, message, ...fields }));
      return;
    }
    const paint = { info: err.style.dim, warn: err.style.yellow, error: err.style.red }[level];
    const said = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name} ${toPrintable(String(value))}`);
    err.lines(
      [err.style.dim(time.slice(11, 19)), paint(toPrintable(message)), said.join(', ')].join('  ').trimEnd(),
    );
  };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
