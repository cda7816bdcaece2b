import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /**
   * Adds a gauge of a room.
   * @param gauge `read` is called at each scrape; labels are few and never identifying.
   */
  addGauge(gauge: {
    name: string;
    help: string;
    labels?: readonly string[];
    read(): Promise<GaugeReading[]> | GaugeReading[];
  }): void;
}

export interface GaugeReading {
  labels?: Record<string, string>;
  value: number;
}

/** The numbers of one server process, in a registry of its own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    addGauge: ({ name, help, labels = [], read }) => {
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        async collect() {
          const readings = await read();
          this.reset();
          for (const { labels: own = {}, value } of readings) this.set(own, value);
        },
      });
    },
  };
}

/** Times every request by its route's template: paths as sent would carry ids, and one series for each. */
export function timeRequests(app: FastifyInstance, metrics: Metrics): void {
  const seconds = new Histogram({
    name: 'hortus_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600],
    registers: [metrics.registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
}
