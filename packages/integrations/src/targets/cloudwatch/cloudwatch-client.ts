import { MetricsError } from '@bduf/metrics-core/interfaces';

/** One metric of `PutMetricData`, as the service names its fields. */
export interface CloudWatchDatum {
  /** Name within the namespace. */
  readonly MetricName: string;
  /** What the values are measured in. */
  readonly Unit: 'Count' | 'Seconds' | 'Bytes' | 'None';
  /** Time of the read-out. */
  readonly Timestamp: Date;
  /** Seconds to which it is kept, 1 or 60. */
  readonly StorageResolution: number;
  /** Distinct values, at most 150. */
  readonly Values: number[];
  /** How often each value was seen. */
  readonly Counts: number[];
  /** Labels of the series, at most 30. */
  readonly Dimensions: { Name: string; Value: string }[];
}

/** Calls `PutMetricData`. Rejects with the errors of the AWS SDK. */
export type PutMetricData = (
  input: { readonly Namespace: string; readonly MetricData: CloudWatchDatum[] },
  signal: AbortSignal,
) => Promise<unknown>;

/** Where the SDK sends. */
export interface CloudWatchPlace {
  readonly region?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** Calls the service through the SDK, which is loaded with the first call. */
export function sdkPutMetricData({ region, endpoint }: CloudWatchPlace): PutMetricData {
  let loading: Promise<PutMetricData> | undefined;
  const load = async (): Promise<PutMetricData> => {
    const { CloudWatch } = await import('@aws-sdk/client-cloudwatch').catch(sdkMissing);
    const client = new CloudWatch({
      // Repeating is the delivery's affair.
      maxAttempts: 1,
      ...(region !== undefined && { region }),
      // Servers that stand in for the service do not take compressed bodies.
      ...(endpoint !== undefined && { endpoint, disableRequestCompression: true }),
    });
    return async ({ Namespace, MetricData }, abortSignal) =>
      client.putMetricData({ Namespace, MetricData }, { abortSignal });
  };
  return async (input, signal) => {
    loading ??= load();
    return (await loading)(input, signal);
  };
}

function sdkMissing(cause: unknown): never {
  throw new MetricsError(
    'METRICS_ERR_INTEGRATION_SDK_MISSING',
    'CloudWatch in the mode "api" needs the package @aws-sdk/client-cloudwatch. Install it, or use the mode "emf".',
    { cause },
  );
}
