// The addresses for whoever watches the program: does it live, should requests come here, how is it doing.
import type { FastifyInstance } from 'fastify';
import type { MetricsConfig } from '../config/project-config.js';
import type { GaugeReading, Metrics } from './metrics.js';
import { type ReadinessCheck, readReadiness } from './readiness.js';
import { createRecentValue } from './recent-value.js';
import { mayScrape } from './scrape-access.js';

export interface OperatorRoutes {
  readonly metrics: Metrics;
  readonly readGauges: () => Promise<readonly GaugeReading[]>;
  readonly checks: readonly ReadinessCheck[];
  /** True from the moment on that the end was asked for. */
  readonly isDraining: () => boolean;
  readonly scrape: MetricsConfig;
  /** Whether an address is that of a proxy that the configuration names. */
  readonly isProxy: (address: string | undefined) => boolean;
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** How long the database may take to say that it is there. */
const DEADLINE_MS = 2_000;

/** A kept answer would be the answer of another moment. */
const HEADERS = { 'cache-control': 'no-store' };

export function addOperatorRoutes(server: FastifyInstance, about: OperatorRoutes): void {
  const { metrics, isDraining, now } = about;
  const readiness = createRecentValue(() => readReadiness(about.checks, DEADLINE_MS), now);
  const gauges = createRecentValue(about.readGauges, now);

  server.get('/health', (_request, reply) => reply.headers(HEADERS).send({ status: 'ok' }));

  server.get('/ready', async (_request, reply) => {
    reply.headers(HEADERS);
    if (isDraining()) return reply.code(503).send({ status: 'draining' });
    const { ready, checks } = await readiness();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks });
  });

  server.get('/metrics', async (request, reply) => {
    reply.headers(HEADERS);
    if (!mayScrape(request, about.isProxy(request.socket.remoteAddress), about.scrape)) {
      return reply.code(403).type('text/plain').send('Only from this machine, or with the token.\n');
    }
    // Without the database there is still much to tell, and then it matters most.
    const readings = await gauges().catch(() => []);
    const reached = {
      name: 'database_up',
      says: 'Whether the database answered.',
      values: [{ value: readings.length === 0 ? 0 : 1 }],
    };
    const text = await metrics.toText([...readings, reached]);
    return reply.type(metrics.contentType).send(text);
  });
}
