import { invalidParams } from './invalid-params.ts';
import { Refusal } from '../query/refusal.ts';
import type { CallableServer, ResourceTemplateShape } from '../exposable-server.ts';
import {
  ALERTS_URI,
  EXPOSITION_URI,
  HEALTH_URI,
  type MetricResources,
  metricOfUri,
  uriOfMetric,
} from './metric-resources.ts';

const MOST_LISTED = 200;
const MOST_COMPLETIONS = 100;

/** Registers the resources of `metrics://` with a server. */
export function registerResources(server: CallableServer, resources: MetricResources): void {
  const read = (uri: URL): Promise<object> => readResource(resources, uri);
  for (const [name, uri, description] of FIXED_RESOURCES) server.registerResource(name, uri, { description }, read);
  const description = 'All series of a metric as JSON.';
  server.registerResource('metric-series', seriesTemplate(resources), { description }, read);
}

const FIXED_RESOURCES = [
  ['metric-alerts', ALERTS_URI, 'Alerts as JSON.'],
  ['metric-health', HEALTH_URI, 'Health checks as JSON.'],
  ['metric-exposition', EXPOSITION_URI, 'All metrics as text.'],
] as const;

async function readResource(resources: MetricResources, { href }: URL): Promise<object> {
  const contents = await resources.read(href).catch((error: unknown) => {
    throw error instanceof Refusal ? invalidParams(error.message) : error;
  });
  if (contents === undefined) throw invalidParams(`There is no resource ${href}.`);
  return { contents: [{ uri: href, ...contents }] };
}

/** A template in the shape that both SDKs have; their classes belong to them. */
function seriesTemplate(resources: MetricResources): ResourceTemplateShape {
  return {
    uriTemplate: {
      toString: () => 'metrics://series/{name}',
      match(uri) {
        const name = metricOfUri(uri);
        return name === undefined ? null : { name };
      },
      variableNames: ['name'],
    },
    async listCallback() {
      const names = await resources.metricNames();
      return { resources: names.slice(0, MOST_LISTED).map((name) => ({ uri: uriOfMetric(name), name })) };
    },
    completeCallback(variable) {
      return variable === 'name' ? (value) => completions(resources, value) : undefined;
    },
  };
}

async function completions(resources: MetricResources, value: string): Promise<readonly string[]> {
  const names = await resources.metricNames();
  const starting = names.filter((name) => name.startsWith(value));
  const containing = names.filter((name) => !name.startsWith(value) && name.includes(value));
  return [...starting, ...containing].slice(0, MOST_COMPLETIONS);
}
