// How fast a run goes and when it will be through, from what it did in the last seconds.

/** How far a running work is. Rows are records; bytes are of the source as it lies on disk. */
export interface ProgressUpdate {
  /** What is being done now, in a word or two: `importing`, `removing`. */
  readonly phase: string;
  readonly rows: number;
  readonly totalRows?: number;
  readonly bytes?: number;
  readonly totalBytes?: number;
  readonly failed?: number;
  /** Files that came along with the rows. */
  readonly files?: number;
}

export interface ProgressReading extends ProgressUpdate {
  /** 0 to 1; undefined while the total is unknown. */
  readonly fraction?: number;
  readonly rowsPerSecond: number;
  /** Undefined while it can't be told. */
  readonly secondsLeft?: number;
}

export interface RateMeter {
  read(update: ProgressUpdate, nowMs: number): ProgressReading;
}

interface Sample {
  readonly at: number;
  readonly rows: number;
  readonly fraction: number | undefined;
}

/** Rates are taken over the last `windowMs` milliseconds and start anew with each phase. */
export function createRateMeter(windowMs = 5_000): RateMeter {
  let samples: Sample[] = [];
  let phase: string | undefined;

  return {
    read(update, nowMs) {
      if (update.phase !== phase) {
        phase = update.phase;
        samples = [];
      }
      const fraction = readFraction(update);
      samples.push({ at: nowMs, rows: update.rows, fraction });
      // The sample just outside the window stays: the window must never be shorter than asked for once that long has passed.
      while (samples.length > 2 && nowMs - samples[1]!.at >= windowMs) samples.shift();

      const first = samples[0]!;
      const seconds = (nowMs - first.at) / 1000;
      const rowsPerSecond = seconds > 0 ? Math.max(0, (update.rows - first.rows) / seconds) : 0;
      const perSecond =
        seconds > 0 && fraction !== undefined && first.fraction !== undefined
          ? (fraction - first.fraction) / seconds
          : 0;
      return {
        ...update,
        rowsPerSecond,
        ...(fraction === undefined ? {} : { fraction }),
        ...(fraction !== undefined && perSecond > 0 ? { secondsLeft: (1 - fraction) / perSecond } : {}),
      };
    },
  };
}

function readFraction(update: ProgressUpdate): number | undefined {
  const part = (done?: number, total?: number) =>
    done !== undefined && total !== undefined && total > 0 ? Math.min(1, done / total) : undefined;
  return part(update.bytes, update.totalBytes) ?? part(update.rows, update.totalRows);
}
