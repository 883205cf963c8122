// Numbers for a monitoring system, in the text format of Prometheus. What happens is counted where it happens; how things are is asked for
// when somebody comes to read. Labels are words of ours only, so that no stranger can make more of them.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface AnsweredRequest {
  /** A kind of address, one of few: never the address itself. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

/** How something is now. */
export interface GaugeReading {
  /** Without the prefix `dovetail_`. */
  readonly name: string;
  readonly says: string;
  readonly values: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value: number }[];
}

export interface Metrics {
  countRequest(answered: AnsweredRequest): void;
  /** Of a caller who asked too often. */
  countRefusal(): void;
  /** Of a client that went away before it had its answer. */
  countGone(): void;
  /** The whole page, with the readings on it. */
  toText(readings: readonly GaugeReading[]): Promise<string>;
  readonly contentType: string;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS']);

/** From a fetch of one record to a request that its time-out ends. */
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

export function createMetrics(about: { readonly version: string }): Metrics {
  const registers = [new Registry()];
  collectDefaultMetrics({ register: registers[0]! });
  new Gauge({
    registers,
    name: 'dovetail_build_info',
    help: 'The version that runs.',
    labelNames: ['version', 'node'],
  }).set({ version: about.version, node: process.version }, 1);
  const requests = new Histogram({
    registers,
    name: 'dovetail_http_request_duration_seconds',
    help: 'Time to answer a request, by kind of address, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: SECONDS,
  });
  const refusals = new Counter({
    registers,
    name: 'dovetail_rate_limit_refusals_total',
    help: 'Requests refused because their caller asked too often.',
  });
  const gone = new Counter({
    registers,
    name: 'dovetail_http_clients_gone_total',
    help: 'Reading requests whose client went away before the answer.',
  });
  return {
    countRequest: ({ route, method, status, seconds }) =>
      requests.observe({ route, method: METHODS.has(method) ? method : 'other', status }, seconds),
    countRefusal: () => refusals.inc(),
    countGone: () => gone.inc(),
    contentType: registers[0]!.contentType,
    async toText(readings) {
      const now = new Registry();
      for (const { name, says, values } of readings) {
        const labelNames = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))];
        const gauge = new Gauge({ registers: [now], name: `dovetail_${name}`, help: says, labelNames });
        for (const { labels = {}, value } of values) gauge.set(labels, value);
      }
      return `${await registers[0]!.metrics()}${await now.metrics()}`;
    },
  };
}
