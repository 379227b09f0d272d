import {
  ApplicationMetricDefinitions,
  type Clock,
  type Gauge,
  type MetricRecorder,
  MetricsError,
  MetricsErrorCode,
  type Registerer,
} from '@bduf/metrics-core/interfaces';
import { ToolErrorType, systemClock } from '@bduf/metrics-core/primitives';
import type { TrafficExclusion } from './connection/excluded-traffic.ts';
import { type McpInstrumentationOptions, McpNaming } from './mcp-instrumentation-options.ts';
import { BoundedNames } from './names/bounded-names.ts';
import { KNOWN_METHODS, KNOWN_PROTOCOL_VERSIONS } from './names/known-methods.ts';
import type { McpRecorder } from './record/mcp-recorder.ts';
import { MethodTable } from './record/method-table.ts';
import { OtelRecorder } from './record/otel-recorder.ts';
import { SpecificationRecorder } from './record/specification-recorder.ts';
import { ToolTable } from './record/tool-table.ts';

const DEFAULT_MAX_NAMES = 256;
/** Revisions appear about twice a year. */
const MAX_PROTOCOL_VERSIONS = 32;

/** What all peers that record into one collector under one naming share. */
export interface SharedInstruments {
  /** Collector that everything goes to. */
  readonly metrics: object;
  /** Records operations and sessions; one for each set of names. */
  readonly recorders: readonly McpRecorder[];
  /** Open sessions of servers. */
  readonly sessionsActive: Gauge<{ transport: string }>;
  /** Methods and what is counted of each. */
  readonly methods: MethodTable;
  /** Tools and what is recorded of each. */
  readonly tools: ToolTable;
  /** Values of `error_type`. */
  readonly errorTypes: BoundedNames;
  /** Revisions of the protocol. */
  readonly protocolVersions: BoundedNames;
  /** Says once, in a process warning, that something failed. */
  readonly warn: (error: unknown) => void;
}

/** How one peer is measured. */
export interface Instrumentation extends SharedInstruments {
  /** What is not measured. */
  readonly exclusions: readonly TrafficExclusion[];
  /** Source of time. */
  readonly clock: Clock;
  /** Measures; what it throws is told to whom it concerns and goes no further. */
  readonly guard: (measure: () => void) => void;
  /** Told what failed. Does not throw. */
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
  if (methods !== undefined) shared.methods.add(methods);
  const tell = onError === undefined ? shared.warn : ignoringFailure(onError);
  return {
    ...shared,
    exclusions: exclude === undefined ? [] : [{ tools: exclude }],
    clock: clock ?? systemClock,
    onError: tell,
    guard(measure) {
      try {
        measure();
      } catch (error) {
        tell(error);
      }
    },
  };
}

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
    sessionsActive: metrics.gauge(ApplicationMetricDefinitions.MCP_SESSIONS_ACTIVE),
    methods: new MethodTable(metrics, KNOWN_METHODS),
    tools: new ToolTable(metrics, maxNames),
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
