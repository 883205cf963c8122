// Progress on stderr: a line redrawn in place on a terminal, a line every ten seconds in a log, JSON lines for machines.
import type { Clock } from '../../foundation/lifecycle/clock.js';
import type { OutputChannel } from './output-channel.js';
import { toBarLine, toLogLine } from './progress-line.js';
import { createRateMeter, type ProgressUpdate } from './rate-meter.js';

export type ProgressMode = 'bar' | 'lines' | 'json' | 'none';

export interface ProgressBar {
  /** Takes any number of calls per second; draws at most ten. */
  update(update: ProgressUpdate): void;
  /** Says something in between without tearing the bar. */
  note(line: string): void;
  /** Takes the bar away until the next update: for a question. */
  pause(): void;
  /** Takes the bar away and shows the cursor again. May be called at any time and more than once. */
  done(): void;
}

const DRAW_EVERY_MS: Readonly<Record<ProgressMode, number>> = {
  bar: 100,
  lines: 10_000,
  json: 1_000,
  none: Infinity,
};
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE = '\r\u001b[2K';

/** `auto`: a bar on a terminal, else lines; nothing if quiet or if the answer is JSON. */
export function pickProgressMode(
  wish: ProgressMode | 'auto',
  about: { readonly terminal: boolean; readonly quiet: boolean; readonly json: boolean },
): ProgressMode {
  if (wish === 'json') return 'json';
  if (about.quiet || wish === 'none') return 'none';
  if (wish === 'auto') return about.json ? 'none' : about.terminal ? 'bar' : 'lines';
  return wish === 'bar' && !about.terminal ? 'lines' : wish;
}

export function createProgressBar(out: OutputChannel, mode: ProgressMode, clock: Clock): ProgressBar {
  const meter = createRateMeter();
  let latest: ProgressUpdate | undefined;
  let drawnAt = clock.now().getTime();
  let drawnPhase: string | undefined;
  let barIsUp = false;
  let finished = false;
  // A stalled run must look stalled: the rate sinks even when no update comes.
  const stopTicking = mode === 'bar' ? clock.every(1_000, () => draw(true)) : () => {};

  function draw(anyway: boolean): void {
    if (latest === undefined || finished || mode === 'none') return;
    const now = clock.now().getTime();
    const reading = meter.read(latest, now);
    const due = now - drawnAt >= DRAW_EVERY_MS[mode];
    // A bar shows a new phase at once; a log or a machine has time, but hears of the last state in `done`.
    if (!due && !anyway && !(mode === 'bar' && latest.phase !== drawnPhase)) return;
    drawnAt = now;
    drawnPhase = latest.phase;
    if (mode === 'bar') {
      const line = toBarLine(reading, (out.width() ?? 80) - 1, out.style);
      out.write(`${barIsUp ? '' : HIDE_CURSOR}${CLEAR_LINE}${line}`);
      barIsUp = true;
    } else if (mode === 'lines') {
      out.lines(toLogLine(reading));
    } else {
      out.lines(JSON.stringify({ progress: toMachine(reading) }));
    }
  }

  function clear(): void {
    if (!barIsUp) return;
    out.write(`${CLEAR_LINE}${SHOW_CURSOR}`);
    barIsUp = false;
  }

  return {
    update(update) {
      latest = update;
      draw(false);
    },
    note(line) {
      clear();
      if (mode !== 'json' && mode !== 'none') out.lines(line);
      draw(mode === 'bar');
    },
    pause: () => {
      clear();
      latest = undefined;
    },
    done() {
      if (finished) return;
      if (mode === 'json') draw(true);
      finished = true;
      stopTicking();
      clear();
    },
  };
}

function toMachine(reading: ReturnType<ReturnType<typeof createRateMeter>['read']>): object {
  return {
    ...reading,
    rowsPerSecond: Math.round(reading.rowsPerSecond),
    ...(reading.fraction === undefined ? {} : { fraction: Number(reading.fraction.toFixed(4)) }),
    ...(reading.secondsLeft === undefined ? {} : { secondsLeft: Math.round(reading.secondsLeft) }),
  };
}
