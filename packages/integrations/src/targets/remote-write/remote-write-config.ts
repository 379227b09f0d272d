import { z } from 'zod';
import { type HttpAccess, httpAccessFields } from '../../http/http-access.ts';

/** A receiver of Prometheus remote write: Prometheus, Mimir, Thanos, VictoriaMetrics … */
export interface RemoteWriteConfig extends HttpAccess {
  /** Address of the receiver with its path, such as `http://localhost:9090/api/v1/write`. */
  readonly url: string;
  /** Labels of every series that does not have them, such as `job` and `instance`. */
  readonly externalLabels?: Readonly<Record<string, string>> | undefined;
}

/** A name that is neither reserved nor the name of the metric. */
const labelName = z.string().regex(/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a label name, and not "__…"');

/** Checks a {@link RemoteWriteConfig}. */
export const remoteWriteSchema: z.ZodType<RemoteWriteConfig> = z.strictObject({
  ...httpAccessFields,
  externalLabels: z.record(labelName, z.string()).optional(),
});
