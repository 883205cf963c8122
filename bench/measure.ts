// How two sides are compared: the same work in turns, the order alternated from round to round, the median of all rounds.

export interface Side {
  readonly name: string;
  /** What is measured. */
  run(): Promise<RunReport>;
}

export interface RunReport {
  /** Highest resident memory, in bytes, of the process that did the work. Default: that of this process, sampled. */
  readonly peakRss?: number;
}

export interface Comparison {
  readonly name: string;
  /** What the ratio is taken to, and what it is taken of. */
  readonly baseline: Side;
  readonly candidate: Side;
  /** Brings both sides to the same start, not measured: empty or fill the tables, vacuum, checkpoint. */
  before(side: Side): Promise<void>;
  /** Proves that the work was done, not measured. Throws if it wasn't. */
  after(side: Side): Promise<void>;
}

export interface SideTimes {
  readonly name: string;
  /** Milliseconds, in the order of the rounds. */
  readonly times: readonly number[];
  readonly median: number;
  /** Highest resident memory of any round, in bytes. */
  readonly peakRss: number;
}

export interface ComparisonResult {
  readonly name: string;
  readonly baseline: SideTimes;
  readonly candidate: SideTimes;
  /** Median of the candidate by median of the baseline: below 1 the candidate is quicker. */
  readonly ratio: number;
}

export interface MeasureOptions {
  /** Default 5. */
  readonly rounds?: number;
  /** Milliseconds that never go back. Default `performance.now`. */
  readonly now?: () => number;
  /** Told after each run. Default: nobody. */
  readonly say?: (line: string) => void;
}

/** Runs both sides `rounds` times. What a side throws ends the measurement. */
export async function measureComparison(
  comparison: Comparison,
  options: MeasureOptions = {},
): Promise<ComparisonResult> {
  const { rounds = 5, now = () => performance.now(), say = () => {} } = options;
  const { baseline, candidate } = comparison;
  const taken = new Map<Side, { times: number[]; peakRss: number }>([
    [baseline, { times: [], peakRss: 0 }],
    [candidate, { times: [], peakRss: 0 }],
  ]);
  for (let round = 0; round < rounds; round += 1) {
    for (const side of round % 2 === 0 ? [baseline, candidate] : [candidate, baseline]) {
      await comparison.before(side);
      const { milliseconds, peakRss } = await measureRun(side, now);
      await comparison.after(side);
      const sofar = taken.get(side)!;
      sofar.times.push(milliseconds);
      sofar.peakRss = Math.max(sofar.peakRss, peakRss);
      say(`${comparison.name} ${round + 1}/${rounds} ${side.name}: ${(milliseconds / 1000).toFixed(2)} s`);
    }
  }
  const summary = (side: Side): SideTimes => {
    const { times, peakRss } = taken.get(side)!;
    return { name: side.name, times, median: toMedian(times), peakRss };
  };
  const [base, mine] = [summary(baseline), summary(candidate)];
  return { name: comparison.name, baseline: base, candidate: mine, ratio: mine.median / base.median };
}

async function measureRun(side: Side, now: () => number): Promise<{ milliseconds: number; peakRss: number }> {
  let peakRss = process.memoryUsage.rss();
  const sample = () => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  };
  const sampler = setInterval(sample, 20);
  const start = now();
  try {
    const report = await side.run();
    const milliseconds = now() - start;
    sample();
    return { milliseconds, peakRss: report.peakRss ?? peakRss };
  } finally {
    clearInterval(sampler);
  }
}

/** The middle of the values; of an even number, the mean of the two in the middle. NaN of none. */
export function toMedian(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A table for people: seconds and rows/s of both sides. `rows` is the size of the source. */
export function toTable(results: readonly ComparisonResult[], rows: number): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(2);
  const rate = (ms: number) => Math.round(rows / (ms / 1000)).toLocaleString('en');
  const lines = results.map(({ name, baseline, candidate, ratio }) => [
    name,
    seconds(baseline.median),
    rate(baseline.median),
    seconds(candidate.median),
    rate(candidate.median),
    ratio.toFixed(2),
  ]);
  const head = [
    '',
    results[0]?.baseline.name ?? '',
    'rows/s',
    results[0]?.candidate.name ?? '',
    'rows/s',
    'ratio',
  ];
  const all = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)));
  return all
    .map((line) =>
      line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  '),
    )
    .join('\n');
}

/** The last line of every benchmark: one JSON object, ratios rounded to three digits. */
export function toJsonLine(bench: string, values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ bench, ...values }, (_, value) =>
    typeof value === 'number' && !Number.isInteger(value) ? Math.round(value * 1000) / 1000 : value,
  );
}
