// The one line of progress, for terminals of any width and for logs.
import { countText, shortCount, timeLeftText } from './number-text.js';
import type { ProgressReading } from './rate-meter.js';
import type { Style } from './terminal-style.js';
import { cutText, textWidth } from './text-width.js';

const NARROWEST_BAR = 10;
const WIDEST_BAR = 40;

/** The line for a terminal of `width` columns: what matters least is left out first. Never wider than `width`. */
export function toBarLine(reading: ProgressReading, width: number, style: Style): string {
  const phase = capital(reading.phase);
  const percent = reading.fraction === undefined ? '' : `${Math.floor(reading.fraction * 100)}%`.padStart(4);
  const rows = `${countText(reading.rows)} rows`;
  const rate = reading.rowsPerSecond > 0 ? `${countText(reading.rowsPerSecond)}/s` : '';
  const left = reading.secondsLeft === undefined ? '' : `${timeLeftText(reading.secondsLeft)} left`;
  const files = reading.files ? `${countText(reading.files)} files` : '';
  const failed = reading.failed ? `${countText(reading.failed)} failed` : '';

  const full = [phase, percent, rows, files, rate, left, failed].filter((part) => part !== '');
  const room = width - textWidth(full.join('  ')) - 2;
  if (reading.fraction !== undefined && room >= NARROWEST_BAR) {
    const bar = toBar(reading.fraction, Math.min(room, WIDEST_BAR), style);
    const tail = [percent, rows, files, style.dim(rate), left, style.red(failed)].filter(
      (part) => part !== '',
    );
    return [phase, bar, ...tail].join('  ');
  }
  const short = `${shortCount(reading.rows)} rows`;
  const shorter = [
    full,
    [percent, rows, files, rate, left, failed],
    [percent, rows, rate, left, failed],
    [percent, rows, left, failed],
    [percent, short, left],
    [percent, short],
    [percent || short],
  ].map((parts) => parts.filter((part) => part !== '').join('  '));
  return shorter.find((line) => textWidth(line) <= width) ?? cutText(shorter.at(-1)!, width);
}

/** The line for a log: `importing: 42%, 420,000 rows, 83,211 rows/s, 7 s left, 12 failed`. */
export function toLogLine(reading: ProgressReading): string {
  const parts = [
    reading.fraction === undefined ? '' : `${Math.floor(reading.fraction * 100)}%`,
    `${countText(reading.rows)} rows`,
    reading.rowsPerSecond > 0 ? `${countText(reading.rowsPerSecond)} rows/s` : '',
    reading.secondsLeft === undefined ? '' : `${timeLeftText(reading.secondsLeft)} left`,
    reading.failed ? `${countText(reading.failed)} failed` : '',
  ];
  return `${capital(reading.phase)}: ${parts.filter((part) => part !== '').join(', ')}`;
}

function toBar(fraction: number, width: number, style: Style): string {
  const filled = Math.floor(fraction * width);
  return style.cyan('━'.repeat(filled)) + style.dim('╌'.repeat(width - filled));
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
