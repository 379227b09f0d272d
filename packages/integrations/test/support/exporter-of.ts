import { type ServerResponse, createServer } from 'node:http';
import type { Gatherer, MetricEncoder } from '@bduf/metrics-core/interfaces';
import { MetricsError } from '@bduf/metrics-core/interfaces';
import type { IntegrationExporter } from '@bduf/metrics-integrations';
import { plainDogStatsd, plainInflux, plainOpenMetrics, plainPrometheus, plainStatsd } from './plain-encoders.ts';

const ENCODERS: readonly MetricEncoder[] = [
  plainPrometheus,
  plainOpenMetrics,
  plainInflux,
  plainStatsd,
  plainDogStatsd,
];

/** What an integration needs of an exporter, for a collector. */
export function exporterOf(gatherer: Gatherer): IntegrationExporter {
  return {
    gatherer,
    encoderOf(format) {
      const encoder = ENCODERS.find((each) => each.format === format);
      if (encoder === undefined) throw new MetricsError('METRICS_ERR_FORMAT_MISSING', `No encoder of ${format}.`);
      return encoder;
    },
    createPrometheusEndpoint: () => (_req, res) => void answer(gatherer, res),
  };
}

async function answer(gatherer: Gatherer, res: ServerResponse): Promise<void> {
  const families = await gatherer.gather();
  res.setHeader('content-type', plainPrometheus.contentType);
  for (const chunk of plainPrometheus.encode(families, { nowMs: 0 })) res.write(chunk);
  res.end();
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
