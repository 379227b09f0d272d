import type { Clock, MetricRecorder, Registerer } from '@bduf/metrics-core/interfaces';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { ToolErrorType, systemClock } from '@bduf/metrics-core/primitives';
import { type McpInstrumentationOptions, McpNaming } from './mcp-instrumentation-options.ts';
import { BoundedNames } from './names/bounded-names.ts';
import { KNOWN_METHODS, KNOWN_PROTOCOL_VERSIONS } from './names/known-methods.ts';
import type { McpRecorder } from './record/mcp-recorder.ts';
import { OtelRecorder } from './record/otel-recorder.ts';
import { SpecificationRecorder } from './record/specification-recorder.ts';
import { TrafficRecorder } from './record/traffic-recorder.ts';

const DEFAULT_MAX_NAMES = 256;
/** Revisions appear about twice a year. */
const MAX_PROTOCOL_VERSIONS = 32;

/** What all peers that record into one collector under one naming share. */
export interface SharedInstruments {
  /** Collector that everything goes to. */
  readonly metrics: object;
  /** Records operations and sessions; one for each set of names. */
  readonly recorders: readonly McpRecorder[];
  /** Records the rest. */
  readonly traffic: TrafficRecorder;
  /** Names of tools that proved to be real. */
  readonly tools: BoundedNames;
  /** Values of `error_type`. */
  readonly errorTypes: BoundedNames;
  /** Revisions of the protocol. */
  readonly protocolVersions: BoundedNames;
  /** Says once, in a process warning, that something failed. */
  readonly warn: (error: unknown) => void;
}

/** How one peer is measured. */
export interface Instrumentation extends SharedInstruments {
  /** Methods that are labelled by name. */
  readonly methods: BoundedNames;
  /** Tools that are not measured. */
  readonly excludedTools: ReadonlySet<string>;
  /** Source of time. */
  readonly clock: Clock;
  /** Told what failed. */
  readonly onError: (error: unknown) => void;
}

// A stateless server is made anew for each request: neither names nor instruments may start from nothing each time.
const sharedByMetrics = new WeakMap<object, Map<McpNaming, SharedInstruments>>();

/**
 * Defines the metrics, the first time, and says how a peer is measured.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an option out of range, and what defining metrics throws.
 */
export function instrumentationOf(
  metrics: Registerer & MetricRecorder,
  { naming = McpNaming.SPECIFICATION, exclude, methods, maxNames, clock, onError }: McpInstrumentationOptions,
): Instrumentation {
  const shared = sharedInstruments(metrics, naming, maxNames ?? DEFAULT_MAX_NAMES);
  return {
    ...shared,
    methods: methods === undefined ? PROTOCOL_METHODS : new BoundedNames(Infinity, [...KNOWN_METHODS, ...methods]),
    excludedTools: new Set(exclude),
    clock: clock ?? systemClock,
    onError: onError === undefined ? shared.warn : ignoringFailure(onError),
  };
}

const PROTOCOL_METHODS = new BoundedNames(Infinity, KNOWN_METHODS);

function sharedInstruments(metrics: Registerer, naming: McpNaming, maxNames: number): SharedInstruments {
  let byNaming = sharedByMetrics.get(metrics);
  if (byNaming === undefined) sharedByMetrics.set(metrics, (byNaming = new Map<McpNaming, SharedInstruments>()));
  let shared = byNaming.get(naming);
  if (shared === undefined) byNaming.set(naming, (shared = createInstruments(metrics, naming, maxNames)));
  return shared;
}

function createInstruments(metrics: Registerer, naming: McpNaming, maxNames: number): SharedInstruments {
  if (!Number.isSafeInteger(maxNames) || maxNames < 1) {
    refuse(`maxNames is ${String(maxNames)}; use an integer of at least 1, or leave it out for ${DEFAULT_MAX_NAMES}.`);
  }
  if (!Object.hasOwn(CREATE_RECORDERS, naming)) {
    refuse(`naming is ${JSON.stringify(naming)}; use one of ${Object.keys(CREATE_RECORDERS).join(', ')}.`);
  }
  return {
    metrics,
    recorders: CREATE_RECORDERS[naming](metrics),
    traffic: new TrafficRecorder(metrics),
    tools: new BoundedNames(maxNames),
    errorTypes: new BoundedNames(Object.values(ToolErrorType).length + maxNames, Object.values(ToolErrorType)),
    protocolVersions: new BoundedNames(MAX_PROTOCOL_VERSIONS, KNOWN_PROTOCOL_VERSIONS),
    warn: createWarning(),
  };
}

const CREATE_RECORDERS: Readonly<Record<McpNaming, (metrics: Registerer) => readonly McpRecorder[]>> = {
  [McpNaming.SPECIFICATION]: (metrics) => [new SpecificationRecorder(metrics)],
  [McpNaming.OTEL]: (metrics) => [new OtelRecorder(metrics, true)],
  [McpNaming.BOTH]: (metrics) => [new SpecificationRecorder(metrics), new OtelRecorder(metrics, false)],
};

function refuse(message: string): never {
  throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, message);
}

/** A function that is told of an error must not become one. */
function ignoringFailure(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error);
    } catch {
      // There is nobody left to tell.
    }
  };
}

/** A function that warns of the first error it is given and is silent about others. */
function createWarning(): (error: unknown) => void {
  let hasWarned = false;
  return (error) => {
    if (hasWarned) return;
    hasWarned = true;
    process.emitWarning(`MCP traffic could not be measured: ${String(error)}`, { type: 'MetricsWarning' });
  };
}
