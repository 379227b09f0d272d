import type { Clock, MetricEncoder, MetricFormat } from '@bduf/metrics-core/interfaces';
import type { Fetch } from '../http/post-body.ts';
import type { PutMetricData } from './cloudwatch/cloudwatch-client.ts';
import type { CreateDatagramSocket } from './statsd/datagram-wire.ts';
import type { ConnectStream } from './statsd/stream-wire.ts';

/** What targets need of the world. */
export interface TargetParts {
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Makes sockets for UDP. */
  readonly createDatagramSocket: CreateDatagramSocket;
  /** Opens TCP and Unix stream sockets. */
  readonly connectStream: ConnectStream;
  /** Writes lines to the standard output. */
  readonly writeOutput: (lines: Uint8Array) => Promise<void>;
  /** Calls `PutMetricData`; absent where the SDK does. */
  readonly putMetricData: PutMetricData | undefined;
  /** The encoder of a format; throws `METRICS_ERR_FORMAT_MISSING`. */
  readonly encoderOf: (format: MetricFormat | 'dogstatsd') => MetricEncoder;
}
